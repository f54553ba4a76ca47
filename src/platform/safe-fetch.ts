import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import net, { isIP, type LookupFunction, type Socket } from 'node:net'
import tls from 'node:tls'
import ipaddr from 'ipaddr.js'
import { assertNoTransaction } from './db-context.ts'
import { type NetworkCause, NoAddress, networkCauseOf } from './network-cause.ts'

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** A body that is no text. */
  readonly bytes?: Uint8Array
  /** For the whole exchange, body included. */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Whether an answer that is longer is taken as far as that, and is no failure. */
  readonly cutsAnswer?: boolean
  /** Whether it is told the trace that the call is part of: those whom an application has us call, and no others. */
  readonly carriesTrace?: boolean
}

/** A redirect is an answer like any other: it is never followed. */
export type OutboundOutcome =
  | { kind: 'answered'; status: number; headers: http.IncomingHttpHeaders; body: Buffer }
  | OutboundFailure

/** `cause`: beside `network`, where it is known. For who operates, and who chose the URL: a client of theirs is told none of it. */
export interface OutboundFailure {
  kind: 'failed'
  reason: 'bad_url' | 'private_address' | 'timeout' | 'too_large' | 'network'
  cause?: NetworkCause
}

export type SafeFetch = (request: OutboundRequest) => Promise<OutboundOutcome>

export interface ConnectTarget {
  /** Name or address. */
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** The socket is the caller's to end. `trusted` is for TLS over it. */
export type ConnectOutcome =
  | { kind: 'connected'; socket: Socket; trusted: tls.SecureContext }
  | { kind: 'failed'; reason: 'private_address' | 'timeout' | 'network' }

export type SafeConnect = (target: ConnectTarget) => Promise<ConnectOutcome>

export interface SafeFetchOptions {
  /** Allow plain http and private, loopback and link-local addresses. */
  readonly allowPrivate: boolean
  readonly extraCertificateAuthority?: string | undefined
  /** Name resolution; the system's by default. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

/** Shorter than servers keep idle connections: a call over one that its server is about to close would be lost. */
const IDLE_CONNECTION_MS = 1_000

/** The ways out of the process. `close` ends what is under way; after it nothing goes out. */
export interface Outbound {
  readonly fetch: SafeFetch
  readonly connect: SafeConnect
  close(): void
}

/**
 * Outbound HTTP, and plain connections, for addresses that customers choose. HTTP is https only; no private address; the address that was
 * judged is the one connected to, so a name that resolves differently a moment later gains nothing; redirects are not followed; time and
 * size are capped.
 */
export function openSafeFetch(options: SafeFetchOptions): Outbound {
  const resolve = options.resolve ?? (options.allowPrivate ? resolveWithSystem : resolveWithDns())
  const lookup = judgedLookup(resolve, options.allowPrivate)
  const secureContext = trust(options.extraCertificateAuthority)
  const pool = { keepAlive: true, timeout: IDLE_CONNECTION_MS, lookup }
  const secureAgent = new https.Agent({ ...pool, secureContext })
  const plainAgent = new http.Agent(pool)
  const sockets = new Set<Socket>()
  let closed = false
  const isForbidden = (address: string) => isIP(address) !== 0 && !options.allowPrivate && !isPublicAddress(address)

  const fetch: SafeFetch = async (request) => {
    assertNoTransaction()
    if (closed) return { kind: 'failed', reason: 'network' }
    const url = parseUrl(request.url)
    if (!url || (url.protocol !== 'https:' && !options.allowPrivate)) return { kind: 'failed', reason: 'bad_url' }
    if (isForbidden(url.hostname.replace(/^\[|\]$/g, ''))) return { kind: 'failed', reason: 'private_address' }
    return await exchange(url, request, url.protocol === 'https:' ? secureAgent : plainAgent)
  }
  const connect: SafeConnect = async (target) => {
    assertNoTransaction()
    if (closed) return { kind: 'failed', reason: 'network' }
    if (isForbidden(target.host)) return { kind: 'failed', reason: 'private_address' }
    const socket = net.connect({ host: target.host, port: target.port, lookup })
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return await connected(socket, target.timeoutMs, secureContext)
  }
  return {
    fetch,
    connect,
    close() {
      closed = true
      for (const socket of sockets) socket.destroy()
      secureAgent.destroy()
      plainAgent.destroy()
    },
  }
}

/** All of IPv6 that is given out. RFC 4291 §2.4. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** Whether packets to the address leave for the public internet. Loopback, private, link-local, shared, tunnelled and reserved ranges do not. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6))
}

/** Made once: to read every certificate again for each connection takes longer than the rest of the handshake. */
function trust(extraCertificateAuthority: string | undefined): tls.SecureContext {
  const extra = extraCertificateAuthority === undefined ? [] : [extraCertificateAuthority]
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...extra] })
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) return undefined
  return url
}

class PrivateAddress extends Error {}

function judgedLookup(resolve: NonNullable<SafeFetchOptions['resolve']>, allowPrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses
        if (!first) return callback(new NoAddress(), '', 0)
        if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
          return callback(new PrivateAddress(), '', 0)
        }
        if (options.all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      () => callback(new NoAddress(), '', 0),
    )
  }
}

const DNS = { timeout: 2_000, tries: 2 }
/** RFC 6761 §6.3. */
const LOOPBACK_NAME = /(^|\.)localhost\.?$/i

/**
 * Asks the name servers over sockets of its own. The system's way holds one of the process's few threads for as long as a name server of a
 * customer's choice is silent. It knows no hosts file: names in there are private, and not called anyway.
 */
function resolveWithDns(): (host: string) => Promise<readonly LookupAddress[]> {
  const resolver = new Resolver(DNS)
  return async (host) => {
    if (LOOPBACK_NAME.test(host)) return [{ address: '127.0.0.1', family: 4 }]
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
    const found = (family: 4 | 6, answer: PromiseSettledResult<string[]>) =>
      answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []
    return [...found(4, v4), ...found(6, v6)]
  }
}

function resolveWithSystem(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })
}

function exchange(url: URL, request: OutboundRequest, agent: http.Agent): Promise<OutboundOutcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(request.timeoutMs)
    const call = (url.protocol === 'https:' ? https : http).request(
      url,
      { method: request.method, headers: { ...request.headers }, agent, signal },
      (response) => {
        collect(response, request).then(({ body, isWhole }) => {
          if (!isWhole) call.destroy()
          resolve(
            !isWhole && !request.cutsAnswer
              ? { kind: 'failed', reason: 'too_large' }
              : { kind: 'answered', status: response.statusCode ?? 0, headers: response.headers, body },
          )
        }, failed)
      },
    )
    const failed = (error: Error) => {
      resolve(signal.aborted ? { kind: 'failed', reason: 'timeout' } : failureOf(error))
    }
    call.on('error', failed)
    // Without a listener, a change of protocol would end the call without a word.
    call.on('upgrade', (_response, socket) => {
      socket.destroy()
      failed(new Error('the server changed the protocol'))
    })
    call.end(request.bytes ?? request.body)
  })
}

function failureOf(error: Error): OutboundFailure {
  if (error instanceof PrivateAddress) return { kind: 'failed', reason: 'private_address' }
  const cause = networkCauseOf(error)
  return { kind: 'failed', reason: 'network', ...(cause && { cause }) }
}

function connected(socket: Socket, timeoutMs: number, trusted: tls.SecureContext): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    const failed = (reason: 'private_address' | 'timeout' | 'network') => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ kind: 'failed', reason })
    }
    const timer = setTimeout(failed, timeoutMs, 'timeout')
    // Stays: a connection that breaks before its owner listens must not end the process.
    socket.on('error', (error) => failed(error instanceof PrivateAddress ? 'private_address' : 'network'))
    socket.once('close', () => failed('network'))
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve({ kind: 'connected', socket, trusted })
    })
  })
}

/** An answer as far as it is taken. */
async function collect(
  response: http.IncomingMessage,
  { maxBytes }: OutboundRequest,
): Promise<{ body: Buffer; isWhole: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    chunks.push(chunk)
    if (size > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: false }
  }
  return { body: Buffer.concat(chunks), isWhole: true }
}
