import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Longer than any address with its zone, brackets and port. */
const MAX_CHARS = 100
/** More proxies than stand before any server; a longer chain was written by whoever wants it to be read for long. */
const MAX_HOPS = 20
/** Of a connection that has none, say because it is closed: all of them are one. */
const NO_ADDRESS = '0.0.0.0'

/**
 * The one spelling of an address: without port, brackets and zone, IPv6 as in RFC 5952, IPv4-mapped IPv6 as IPv4. Undefined for what is no
 * address in plain form, as `0x7f.1`.
 */
export function plainAddress(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/^([\d.]+):\d{1,5}$/, '$1')
    .replace(/(:.*)%.*$/, '$1')
  return isIP(bare) === 0 ? undefined : ipaddr.process(bare).toString()
}

/** The address of whoever is at the other end of a connection. */
export const peerAddress = (remoteAddress: string | undefined): string =>
  plainAddress(remoteAddress ?? NO_ADDRESS) ?? NO_ADDRESS

/** `unclear`: a trusted proxy named the client by something that is no address. */
export interface Client {
  readonly address: string
  readonly unclear: boolean
}

/**
 * Who sent a request: the peer, or whom trusted proxies name in `X-Forwarded-For`, read from its end to the first address that is none of
 * theirs. What is no address, and a chain of proxies alone, leave the peer: then many are counted as one, and nobody as many.
 */
export function decideClient(peer: string, forwardedFor: string, isTrusted: (address: string) => boolean): Client {
  if (!isTrusted(peer)) return { address: peer, unclear: false }
  let end = forwardedFor.length
  for (let hop = 0; hop < MAX_HOPS && end > 0; hop++) {
    const comma = forwardedFor.lastIndexOf(',', end - 1)
    const address = plainAddress(forwardedFor.slice(comma + 1, end))
    if (address === undefined) return { address: peer, unclear: true }
    if (!isTrusted(address)) return { address, unclear: false }
    end = comma
  }
  return { address: peer, unclear: false }
}

const INSIDE = ['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']

/** Whether a text is an address that means something inside a network alone: of whose machines it is told by nobody but their owner. */
export const isInsideAddress = (text: string): boolean =>
  isIP(text) !== 0 && INSIDE.includes(ipaddr.process(text).range())

/** Wider ones belong to nobody: 10.0.0.0/8 and fc00::/7 are the widest that are given to one network. */
const WIDEST = { ipv4: 8, ipv6: 7 } as const
const MAPPED_PREFIX = 96

export type RangeOutcome = { kind: 'range'; range: string } | { kind: 'none' } | { kind: 'too_wide' }

/** An address or CIDR range in plain form, as its plain text: IPv4-mapped IPv6 as IPv4. */
export function readRange(text: string): RangeOutcome {
  const [, given = '', prefix] = /^([0-9a-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? []
  if (isIP(given) === 0) return { kind: 'none' }
  const parsed = ipaddr.parse(given)
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
  const full = parsed.kind() === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? full : Number(prefix)
  if (length > full) return { kind: 'none' }
  if (isMapped && length < MAPPED_PREFIX) return { kind: 'too_wide' }
  const address = ipaddr.process(given)
  const own = isMapped ? length - MAPPED_PREFIX : length
  if (own < WIDEST[address.kind()]) return { kind: 'too_wide' }
  return { kind: 'range', range: prefix === undefined ? address.toString() : `${address}/${own}` }
}

const parseRange = (range: string) =>
  ipaddr.parseCIDR(range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`)

/** Whether each of some ranges lies in one of others, all of them as `readRange` has read them. */
export function areWithin(ranges: readonly string[], others: readonly string[]): boolean {
  const wider = others.map(parseRange)
  return ranges
    .map(parseRange)
    .every(([address, length]) =>
      wider.some((other) => other[0].kind() === address.kind() && other[1] <= length && address.match(other)),
    )
}

/** Whether a plain address is in one of some ranges, which `readRange` has read. */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map(parseRange)
  return (address) => {
    if (parsed.length === 0) return false
    const one = ipaddr.parse(address)
    return parsed.some((range) => range[0].kind() === one.kind() && one.match(range))
  }
}
