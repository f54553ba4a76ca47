import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import fastifyCors from '@fastify/cors'
import underPressure from '@fastify/under-pressure'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { acceptBodies, BODY_LIMIT, UnreadableBody } from './bodies.ts'
import { decideClient, inRanges, peerAddress } from './client-address.ts'
import { httpDate } from './clock.ts'
import { type ConnectionGuard, connectionGuard } from './connections.ts'
import { corsFor, isPublished, NO_CORS, PUBLIC_CORS } from './cors.ts'
import { isTrouble } from './db-fault.ts'
import { reportTrouble } from './db-trouble.ts'
import { type Deps, onBehalfOf } from './deps.ts'
import type { HttpRequest } from './endpoint.ts'
import { Failed, type Refusal, universal } from './failure.ts'
import { answerParserFaults, MAX_HEADER_BYTES } from './parser-faults.ts'
import { badRequest, frontendError, isManagement, overloaded, refuse } from './refusals.ts'
import { type HeadOutcome, isSpeltOut, judgeHead, MAX_HEADERS, originForm } from './request-head.ts'
import { tellRequests } from './request-log.ts'
import { HTTPS_ALONE, isElsewhere, securityHeaders } from './security-headers.ts'
import { traceRequests } from './traces/requests.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Servers that answer the requests for a host in place of this one. */
    othersByHost: Map<string, FastifyInstance>
  }
  interface FastifyRequest {
    /** Whether another server answers it. */
    isAnotherServers: boolean
    /** Whether the peer is a trusted proxy. */
    proxied: boolean
    /** Whether a trusted proxy names the client by what is no address. */
    unnamed: boolean
    /** The Host header. */
    authority: string
    head: HeadOutcome
  }
}

export type { FastifyInstance } from 'fastify'

export interface HttpOptions {
  /** Origins whose pages may call, for the application a request is addressed to. */
  allowedOrigins(request: HttpRequest): Promise<readonly string[]>
}

/** A server that is this late, on average, answers nobody in time: better to say so. */
const MAX_EVENT_LOOP_DELAY_MS = 3_000
/** Each may hold a body that is half sent, some 80 KiB in all. */
const MAX_CONNECTIONS = 10_000
const CHECK_CONNECTIONS_MS = 5_000

/** How long clients may take: for a handshake, for their headers, for a whole request; how much they may say before it is a request. */
export const LISTENER = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
  // A request without Host is answered by us.
  requireHostHeader: false,
} as const

/** The HTTP server with everything that holds for every request; endpoints are added by `serveEndpoint`. */
export async function openHttp(deps: Deps, options: HttpOptions): Promise<FastifyInstance> {
  const { tls, publicScheme } = deps.config
  const guard = connectionGuard()
  const date = httpDate(deps.now)
  const newId = () => `req_${Buffer.from(deps.random(12)).toString('base64url')}`
  const fixed = { ...securityHeaders(), vary: 'Origin' }
  const headersOf = (requestId: string) => ({ ...fixed, date: date(), 'x-request-id': requestId })
  const stamp = (request: FastifyRequest, reply: FastifyReply) => {
    if (publicScheme === 'https' && isElsewhere(request.headers.host))
      reply.header('strict-transport-security', HTTPS_ALONE)
    return reply.headers(headersOf(request.id))
  }
  const server = fastify({
    ...(tls ? { https: { ...tls, ...LISTENER } } : { http: LISTENER }),
    bodyLimit: BODY_LIMIT,
    genReqId: newId,
    schemaController: NO_SCHEMAS,
    routerOptions: { maxParamLength: 1_400 },
    requestTimeout: LISTENER.requestTimeout,
    keepAliveTimeout: LISTENER.keepAliveTimeout,
    forceCloseConnections: 'idle',
    // What came on a connection that was there before is answered like everything else.
    return503OnClosing: false,
    rewriteUrl: ({ url = '' }) => originForm(url),
    // A path that cannot be read, or is too long: it comes by none of the hooks.
    frameworkErrors: (_error, request, reply) => {
      if (guard.admit(request.raw, reply.raw)) refuse(request, stamp(request, reply), badRequest(request))
    },
    clientErrorHandler: answerParserFaults(guard, (message) => {
      const id = newId()
      const body = JSON.stringify(frontendError({ failure: universal.bad_request, message }, id))
      return { headers: { ...headersOf(id), ...UNCACHED_JSON }, body }
    }),
  }) as unknown as FastifyInstance
  boundConnections(server, guard, deps)
  server.decorate('othersByHost', new Map())
  server.decorateRequest('isAnotherServers', false)
  server.addHook('onRequest', (request, reply, done) => {
    const other = server.othersByHost.size > 0 && server.othersByHost.get(String(request.headers.host).toLowerCase())
    if (other) {
      request.isAnotherServers = true
      reply.hijack()
      return other.routing(request.raw, reply.raw)
    }
    if (!guard.admit(request.raw, reply.raw)) return void reply.hijack()
    stamp(request, reply)
    done()
  })
  knowTheCaller(server, deps)
  tellRequests(server, deps)
  traceRequests(server, deps)
  await server.register(fastifyCookie)
  await server.register(fastifyCors, {
    delegator: (request: FastifyRequest, callback: (error: Error | null, cors: object) => void) => {
      const others = isPublished(request.url) ? PUBLIC_CORS : NO_CORS
      if (request.headers.origin === undefined || isManagement(request.url)) return callback(null, others)
      originCors(request, options).then(
        (cors) => callback(null, cors ?? others),
        (error: Error) => callback(error, {}),
      )
    },
  } as never)
  server.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOfHead(request)
    if (!refusal) return done()
    refuse(request, reply, refusal)
  })
  await server.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    // A stall that leaves a whole interval without a sample counts as endless, so the interval is no shorter than the limit.
    sampleInterval: MAX_EVENT_LOOP_DELAY_MS,
    pressureHandler: (request: FastifyRequest, reply: FastifyReply) => {
      refuse(request, reply, overloaded)
    },
  })
  acceptBodies(server)
  server.setNotFoundHandler((request, reply) => refuse(request, reply, { failure: universal.not_found }))
  server.setErrorHandler((error, request, reply) => refuse(request, reply, refusalOf(error, request, deps)))
  return server
}

/** Endpoints judge what comes and goes by themselves: what Fastify would compile schemas with is not even loaded. */
const NO_SCHEMAS = { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } }

function noCompiler(): never {
  throw new Error('no route has a schema that Fastify knows of')
}

const UNCACHED_JSON = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' } as const

function boundConnections(server: FastifyInstance, guard: ConnectionGuard, deps: Deps): void {
  server.server.maxConnections = MAX_CONNECTIONS
  // One more than may be: those beyond are dropped without a word, so that nobody would judge them.
  server.server.maxHeadersCount = MAX_HEADERS + 1
  // Before anything is made of a request, where that can be: the listeners beside the first have the hook alone.
  const [route] = server.server.listeners('request') as [RequestListener]
  server.server.off('request', route).on('request', (request, response) => {
    if (guard.admit(request, response)) route(request, response)
  })
  server.server.on('checkExpectation', (request, response) => server.routing(request, response))
  const sweeping = setInterval(() => guard.sweep(deps.monotonic()), CHECK_CONNECTIONS_MS).unref()
  server.addHook('onClose', async () => clearInterval(sweeping))
}

/** Have another server, which does not listen itself, answer the requests for one host. */
export async function handOver(server: FastifyInstance, host: string, other: FastifyInstance): Promise<void> {
  await other.ready()
  server.othersByHost.set(host, other)
}

/** Say of each request who sends it and whom it is addressed to. */
function knowTheCaller(server: FastifyInstance, deps: Deps): void {
  const isTrusted = inRanges(deps.config.trustedProxies)
  const peerOf = peers(isTrusted)
  const told = once((requestId) => onBehalfOf(deps, requestId).log.warn(UNCLEAR_CLIENT))
  server.decorateRequest('proxied', false)
  server.decorateRequest('authority', '')
  server.decorateRequest('head')
  const clientOf = ({ socket, headers }: FastifyRequest) =>
    decideClient(peerOf(socket).address, String(headers['x-forwarded-for'] ?? ''), isTrusted)
  server.decorateRequest('ip', {
    getter(this: FastifyRequest) {
      const client = clientOf(this)
      if (client.unclear) told(this.id)
      return client.address
    },
  })
  server.decorateRequest('unnamed', {
    getter(this: FastifyRequest) {
      return clientOf(this).unclear
    },
  })
  server.addHook('onRequest', (request, _reply, done) => {
    request.proxied = peerOf(request.socket).isTrusted
    request.head = judgeHead(request.raw, request.originalUrl)
    request.authority = request.head.kind === 'plain' ? request.head.authority : ''
    done()
  })
}

const UNCLEAR_CLIENT =
  'X-Forwarded-For of a trusted proxy names a client by what is no address: such clients are counted as one'

function once(act: (requestId: string) => void): (requestId: string) => void {
  let done = false
  return (requestId) => {
    if (!done) act(requestId)
    done = true
  }
}

/** Who is at the other end of each connection, found once. */
function peers(isTrusted: (address: string) => boolean) {
  const known = new WeakMap<Socket, { address: string; isTrusted: boolean }>()
  return (socket: Socket) => {
    const found = known.get(socket)
    if (found) return found
    const address = peerAddress(socket.remoteAddress)
    const peer = { address, isTrusted: isTrusted(address) }
    known.set(socket, peer)
    return peer
  }
}

/** Why a request is not even looked at. */
function refusalOfHead(request: FastifyRequest): Refusal | undefined {
  if (request.head.kind === 'refused') return badRequest(request, request.head)
  const [path = ''] = request.url.split('?', 1)
  const { url: route } = path.includes('%') ? request.routeOptions : {}
  return route === undefined || isSpeltOut(path, route) ? undefined : { failure: universal.not_found }
}

/** For routes that answer however busy the server is. */
export const evenUnderPressure = { config: { pressureHandler: () => {} } }

/** Undefined when the origin is none that may call. */
async function originCors(request: FastifyRequest, options: HttpOptions): Promise<object | undefined> {
  const { head, headers } = request
  if (head.kind === 'refused' || !(await options.allowedOrigins(request)).includes(headers.origin ?? ''))
    return undefined
  return corsFor(headers.origin ?? '')
}

const TOO_LARGE = 413
const tooLarge = ({ routeOptions: { bodyLimit } }: FastifyRequest) =>
  `The body is larger than ${(bodyLimit ?? BODY_LIMIT) / 1024} KiB, which is what this endpoint takes.`

function refusalOf(error: unknown, request: FastifyRequest, deps: Deps): Refusal {
  const status = (error as { statusCode?: number }).statusCode
  if (error instanceof Failed) return error.refusal
  if (error instanceof UnreadableBody) return badRequest(request, { message: error.message })
  if (status === TOO_LARGE) return badRequest(request, { message: tooLarge(request) })
  if (status !== undefined && status >= 400 && status < 500) return badRequest(request)
  if (isTrouble(error)) {
    reportTrouble(onBehalfOf(deps, request.id))(error)
    return overloaded
  }
  deps.log.error({ err: error, request_id: request.id }, 'unexpected error')
  return { failure: universal.internal }
}
