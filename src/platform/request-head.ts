import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

/** What is judged before anything else is looked at. */
export type Head = Pick<IncomingMessage, 'httpVersion' | 'headers' | 'rawHeaders'>

export type HeadOutcome =
  | { kind: 'plain' /** The Host header; empty in HTTP/1.0 without one. */; authority: string }
  | { kind: 'refused'; message: string; status?: number }

/**
 * Headers that say one thing. Sent twice, one reader believes the first and another the last, and a proxy before us may have judged the
 * other one. DPoP is judged where proofs are: RFC 9449 §4.3.
 */
const SINGLE = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'origin',
  'transfer-encoding',
  'x-refresh-token',
  'x-verification-token',
])

/** Browsers send some twenty, and each proxy adds a few. */
export const MAX_HEADERS = 200

/** Whether a request can be understood in one way only. `target` is the request target as it came. RFC 9112 §3, §6.1. */
export function judgeHead({ httpVersion, headers, rawHeaders }: Head, target: string): HeadOutcome {
  if (rawHeaders.length > 2 * MAX_HEADERS)
    return { ...refused(`There are more than ${MAX_HEADERS} headers.`), status: 431 }
  const repeated = findRepeated(rawHeaders)
  if (repeated !== undefined) return refused(`The header ${repeated} is there more than once.`)
  const { host, expect, 'transfer-encoding': coding } = headers
  if (host === undefined ? httpVersion !== '1.0' : !isAuthority(host)) return refused('Host names no host.')
  if (!isReadable(target)) return refused('The request target is none.')
  if (!isAddressedTo(target, host)) return refused('The request target names another host than Host.')
  if (coding !== undefined && (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked')) {
    return refused('The transfer coding is not chunked.')
  }
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return { ...refused('The expectation cannot be met.'), status: 417 }
  }
  return { kind: 'plain', authority: host?.replace(/:$/, '') ?? '' }
}

const refused = (message: string) => ({ kind: 'refused', message }) as const

function findRepeated(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!SINGLE.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

function isAuthority(text: string): boolean {
  const [, host = '', inBrackets, port = ''] = /^(\[([0-9a-f:.]+)\]|[\w.-]+)(?::(\d{0,5}))?$/i.exec(text) ?? []
  return host !== '' && (inBrackets === undefined || isIPv6(inBrackets)) && Number(port) <= 65_535
}

/** Visible ASCII without a fragment, and escaped in a way that can be read: what a lenient decoder makes of the rest is nobody's text. */
function isReadable(target: string): boolean {
  if (!/^[!"$-~]+$/.test(target)) return false
  try {
    return !target.includes('%') || typeof decodeURIComponent(target) === 'string'
  } catch {
    return false
  }
}

const ABSOLUTE = /^(https?):\/\/([^/?]*)/i
const DEFAULT_PORT = { http: /:80?$/, https: /:(443)?$/ } as const

/** RFC 9112 §3.2.2: the authority of a target in absolute form replaces Host. Ours must be the same, so that it replaces nothing. */
function isAddressedTo(target: string, host: string | undefined): boolean {
  if (target.startsWith('/') || target === '*') return true
  const [, scheme = '', authority = ''] = ABSOLUTE.exec(target) ?? []
  if (scheme === '' || host === undefined) return false
  const port = DEFAULT_PORT[scheme.toLowerCase() as keyof typeof DEFAULT_PORT]
  const plain = (text: string) => text.toLowerCase().replace(port, '')
  return plain(authority) === plain(host)
}

/** Path and query of a target, which a client of a proxy may send in absolute form. */
export function originForm(target: string): string {
  const [whole] = ABSOLUTE.exec(target) ?? []
  if (whole === undefined) return target
  const rest = target.slice(whole.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Whether a path spells out the fixed parts of its route. A proxy that guards by path compares letters: `/%762/` must be no way round it. */
export function isSpeltOut(path: string, route: string): boolean {
  const given = path.split('/')
  return route.split('/').every((part, i) => part.startsWith(':') || part === '*' || part === given[i])
}
