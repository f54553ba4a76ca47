interface Cookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly hostOnly: boolean
  readonly path: string
  readonly secure: boolean
  /** By the clock of the device, Unix ms; undefined: until the process ends. */
  readonly expiresAt: number | undefined
}

/** The cookies of a device. RFC 6265 §5. */
export interface CookieJar {
  /** Keep what an answer sets. `Secure` cookies that come over http are dropped. */
  keep(url: URL, lines: readonly string[], now: number): void
  /** The `Cookie` header of a request; undefined for none. */
  headerFor(url: URL, now: number): string | undefined
  clear(): void
  /** Drop what ends with the process: everything, or what has no expiry. */
  endProcess(keepsCookies: boolean): void
}

export function cookieJar(): CookieJar {
  let cookies: readonly Cookie[] = []
  return {
    keep(url, lines, now) {
      for (const line of lines) {
        const cookie = readCookie(line, url, now)
        cookies = cookies.filter((one) => !isSame(one, cookie))
        if (isAcceptable(cookie, url, now)) cookies = [...cookies, cookie]
      }
    },
    headerFor(url, now) {
      const sent = cookies.filter((cookie) => isAlive(cookie, now) && belongsTo(cookie, url))
      return sent.length > 0 ? sent.map(({ name, value }) => `${name}=${value}`).join('; ') : undefined
    },
    clear() {
      cookies = []
    },
    endProcess(keepsCookies) {
      cookies = keepsCookies ? cookies.filter(({ expiresAt }) => expiresAt !== undefined) : []
    },
  }
}

function readCookie(line: string, url: URL, now: number): Cookie {
  const [pair = '', ...rest] = line.split(';')
  const attributes = new Map(rest.map((text) => split(text)).map(([name, value]) => [name.toLowerCase(), value]))
  const [name, value] = split(pair)
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase()
  return {
    name,
    value,
    domain: domain || url.hostname,
    hostOnly: !domain,
    path: attributes.get('path') || '/',
    secure: attributes.has('secure'),
    expiresAt: expiryOf(attributes, now),
  }
}

function split(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number | undefined {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined) return now + Number(maxAge) * 1000
  const expires = attributes.get('expires')
  return expires === undefined ? undefined : Date.parse(expires)
}

const isSame = (one: Cookie, other: Cookie) =>
  one.name === other.name && one.domain === other.domain && one.path === other.path

const isAlive = ({ expiresAt }: Cookie, now: number) => expiresAt === undefined || expiresAt > now

const isAcceptable = (cookie: Cookie, url: URL, now: number) =>
  isAlive(cookie, now) && isWithin(url.hostname, cookie.domain) && (!cookie.secure || url.protocol === 'https:')

const isWithin = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`)

function belongsTo({ domain, hostOnly, path, secure }: Cookie, url: URL): boolean {
  const host = hostOnly ? url.hostname === domain : isWithin(url.hostname, domain)
  const prefix = path.endsWith('/') ? path : `${path}/`
  const underPath = url.pathname === path || url.pathname.startsWith(prefix)
  return host && underPath && (!secure || url.protocol === 'https:')
}
