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
