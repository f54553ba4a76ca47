import { NETWORK_CAUSES, type NetworkCause } from '../../platform/network-cause.ts'
import type { Outbound, OutboundFailure, OutboundRequest } from '../../platform/safe-fetch.ts'
import { type Channel, headersOf, readAnswer, straight } from './channel.ts'

const TIMEOUT_MS = 30_000
const MAX_BYTES = 32 * 1024 * 1024

const REASONS = {
  bad_url: 'that is no URL',
  private_address: 'its address may not be called',
  timeout: `it did not answer within ${TIMEOUT_MS / 1000} s`,
  too_large: 'its answer is longer than 32 MiB; ask for less at once, by --limit',
  network: 'nobody answers there, or not with a certificate that is for that name and trusted (--cacert)',
} as const

const CAUSES: Readonly<Record<NetworkCause, string>> = {
  ...NETWORK_CAUSES,
  tls: 'it has no certificate that is for that name and trusted (--cacert), or speaks no TLS',
}

function reasonOf(base: string, { reason, cause }: OutboundFailure): string {
  if (cause) return CAUSES[cause]
  return reason === 'network' && base.startsWith('http:') ? 'nobody answers there' : REASONS[reason]
}

/** The management API of a running server. The key is sent to it alone: redirects are not followed. */
export function openRemote(outbound: Pick<Outbound, 'fetch'>, url: string, key: string): Channel {
  const base = url.replace(/\/+$/, '')
  return straight(async (request) => {
    const { method, path, body } = request
    const outcome = await outbound.fetch({
      method: method as OutboundRequest['method'],
      url: base + path,
      headers: { authorization: `Bearer ${key}`, ...headersOf(request) },
      ...(typeof body === 'string' ? { body } : body && { bytes: body }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    })
    if (outcome.kind === 'failed') return { kind: 'away', reason: `${base}: ${reasonOf(base, outcome)}` }
    const { status, headers } = outcome
    return readAnswer({ status, body: outcome.body, mediaType: headers['content-type'] }, `${base}: `)
  })
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** What is wrong with the URL of a server; undefined for nothing. */
export function findUrlFault(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return 'is no URL like https://auth.example.com'
  if (url.username || url.password) return 'names a user: the key goes by --key or ANTIPHON_MANAGEMENT_KEY'
  if (url.search || url.hash) return 'has a query or a fragment'
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return 'is not https: whoever listens would have the key'
  return undefined
}
