import { isIP } from 'node:net'
import type { Config } from '../../platform/config.ts'
import { isLoopback } from '../../platform/loopback.ts'

/** For whom operators have passkeys: the host of a console, as browsers call it. */
export interface RelyingParty {
  readonly rpId: string
  /** Where its pages may be. */
  readonly origins: readonly string[]
}

const PORT = /:\d+$/

/** By the `Host` at which a browser reaches a console. Browsers take http from their own machine alone. */
export function relyingPartyOf(authority: string): RelyingParty {
  const rpId = authority.replace(PORT, '')
  return { rpId, origins: [`https://${authority}`, ...(isLoopback(rpId) ? [`http://${authority}`] : [])] }
}

/** Where a browser that has reached a console by this `Host` sees it. */
export function originOf(authority: string, { tls, publicScheme }: Pick<Config, 'tls' | 'publicScheme'>): string {
  const own = tls ? 'https' : 'http'
  return `${isLoopback(authority.replace(PORT, '')) ? own : publicScheme}://${authority}`
}

/** Why a console does not work at the origin where a browser has opened it, in a sentence; undefined when it does. */
export function problemOf(origin: string, authority: string, fixedHost: string | undefined): string | undefined {
  const url = URL.parse(origin)
  if (!url) return undefined
  if (url.host !== authority) return misnamed(url.host, authority, fixedHost)
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0)
    return `Passkeys need a name, and ${url.hostname} is an address. Open ${url.protocol}//localhost${portOf(url)}, or give the console a name.`
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return 'Browsers let nobody in at http: serve the console at https, or open it at localhost.'
  return undefined
}

const portOf = ({ port }: URL) => (port === '' ? '' : `:${port}`)

function misnamed(host: string, authority: string, fixedHost: string | undefined): string {
  return fixedHost === undefined
    ? `This page is at ${host}, and the Host header that reaches the console says ${authority}. Let the proxy pass the Host header on as it came, or set ANTIPHON_CONSOLE_HOST=${host}.`
    : `This page is at ${host}, and ANTIPHON_CONSOLE_HOST is ${fixedHost}. Open https://${fixedHost}, or change the variable.`
}
