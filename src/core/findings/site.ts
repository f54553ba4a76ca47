import { isIP } from 'node:net'
import { parse } from 'tldts'

/** The host of `host`, `host:port` or an origin, without brackets. */
export function hostOf(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  return (url?.hostname ?? text).replace(/^\[|\]$/g, '')
}

/**
 * The site of an origin, as browsers see it: scheme and registrable domain. Suffixes under which customers of a hosting company live count
 * as public, so `a.vercel.app` and `b.vercel.app` are two sites. A host without registrable domain is a site of its own.
 */
export function siteOf(origin: string): string {
  const host = hostOf(origin)
  const { domain } = parse(host, { allowPrivateDomains: true })
  return `${origin.slice(0, origin.indexOf('://'))}://${domain ?? host}`
}

/** Whether anybody may register names directly below this one. A name that no list knows, say `internal`, is none. */
export function isPublicSuffix(host: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = parse(host, { allowPrivateDomains: true })
  return publicSuffix === host && (isIcann === true || isPrivate === true)
}

export const isAddress = (host: string): boolean => isIP(host) !== 0
