import { authorityOf, withoutPort } from '../applications/application.ts'

/** Where a name stands among the pages that call it. `pages`: the sites of those that are of another one; none where some are of its own, or there are none. */
export interface SiteLook {
  readonly own: string
  readonly pages: readonly string[]
}

/** Browsers keep a name's cookies for pages of its own site: what is registered, below a suffix that many share. */
export async function lookAtSite(domain: string, allowedOrigins: readonly string[]): Promise<SiteLook> {
  const { parse } = await import('tldts')
  const siteOf = (host: string) => parse(host, { allowPrivateDomains: true }).domain ?? host
  const pages = allowedOrigins.filter((origin) => origin.startsWith('https://'))
  const sites = [...new Set(pages.map((origin) => siteOf(withoutPort(authorityOf(origin)))))]
  const own = siteOf(domain)
  return { own, pages: sites.includes(own) ? [] : sites }
}
