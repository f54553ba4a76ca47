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

const NETWORKS_OF_CUSTOMER = 10

/**
 * Whose budgets an address takes from, where one network may take `max`: its own, and that of the customer who may have 65 536 IPv6 networks, ten
 * times as much. IPv4 neighbours are strangers to each other, and have none in common.
 */
export function budgetsOf(ip: string, max: number): readonly { readonly subject: string; readonly max: number }[] {
  const network = networkOf(ip)
  const customer = ipRange(ip, { v4: 32, v6: 48 })
  return [
    { subject: network, max },
    ...(customer === network ? [] : [{ subject: customer, max: NETWORKS_OF_CUSTOMER * max }]),
  ]
}

/** The path of whoever sends from an address, widest first, where networks take turns. To share by an IPv4 /24 refuses nobody. */
export const pathOf = (ip: string): readonly [range: string, network: string] => [
  ipRange(ip, { v4: 24, v6: 48 }),
  networkOf(ip),
]
