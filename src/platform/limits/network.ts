import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The range that an address lies in, by the length of its prefix in each family: `203.0.113.0/24`. An IPv4-mapped address is the IPv4 one.
 * Whatever is no address lies in one range with all that is none, so that nobody gets a budget of their own by a spelling.
 */
export function ipRange(ip: string, prefix: { v4: number; v6: number }): string {
  const address = ipaddr.process(isIP(ip) === 0 ? '0.0.0.0' : ip)
  const length = address.kind() === 'ipv4' ? prefix.v4 : prefix.v6
  const bytes = address.toByteArray().map((byte, i) => {
    const kept = Math.min(8, Math.max(0, length - 8 * i))
    return byte & (0xff << (8 - kept))
  })
  return `${ipaddr.fromByteArray(bytes)}/${length}`
}

/** Whoever sends from an address, as far as a limit can tell: of IPv6 the network that one customer gets. */
export const networkOf = (ip: string): string => ipRange(ip, { v4: 32, v6: 64 })

/** The customer who may have 65 536 such networks. IPv4 neighbours are strangers to each other: undefined. */
export const customerOf = (ip: string): string | undefined =>
  ipaddr.process(isIP(ip) === 0 ? '0.0.0.0' : ip).kind() === 'ipv6' ? ipRange(ip, { v4: 32, v6: 48 }) : undefined

/** As much as one network may do, times this, may a customer. */
export const NETWORKS_OF_CUSTOMER = 10

/** A customer of many networks, or of IPv4 the neighbours, who are more often strangers to each other: to share by, not to refuse by. */
const neighbourhoodOf = (ip: string): string => ipRange(ip, { v4: 24, v6: 48 })

/** The path of whoever sends from an address, where networks take turns. */
export const pathOf = (ip: string): readonly [neighbourhood: string, network: string] => [
  neighbourhoodOf(ip),
  networkOf(ip),
]
