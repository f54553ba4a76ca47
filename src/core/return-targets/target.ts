import type { Application } from '../applications/application.ts'

const MAX_CHARS = 2_000
/** Would run in the page, or show what the browser's user did not ask for. */
const FORBIDDEN_SCHEMES =
  /^(javascript|data|blob|file|about|vbscript|view-source|intent|filesystem|ws|wss|ftp|mailto|tel|sms):$/
/** Ours to add. */
const OWN_PARAMETERS = ['challenge_token', 'status', 'error', 'error_description']
/** RFC 8252 §7.3. */
const LOOPBACK = ['127.0.0.1', '[::1]']
const OWN_CALLBACK = /^\/v1\/session\/login\/(oauth|saml)\//

/** What is wrong with an entry of the list of places that logins may return to; undefined when it may be saved. */
export function problemOfTarget(entry: string, mode: Application['mode']): string | undefined {
  if (entry.length > MAX_CHARS) return `is longer than ${MAX_CHARS} characters`
  const url = URL.parse(entry)
  if (!url) return 'is no absolute URL'
  if (!isPlain(entry)) return 'holds a control character, a blank or a backslash'
  if (FORBIDDEN_SCHEMES.test(url.protocol)) return `uses a scheme that no app can be reached by: ${url.protocol}`
  if (url.hash !== '' || entry.includes('#')) return 'has a fragment'
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i.test(entry))
    return 'has a user name or password'
  if (url.protocol === 'http:' && !mayBeHttp(url, mode)) return HTTP_REFUSED
  if (url.href !== entry) return `must be written as ${url.href}`
  if (OWN_PARAMETERS.some((name) => url.searchParams.has(name)))
    return `has a parameter that the login adds: ${OWN_PARAMETERS.join(', ')}`
  if (OWN_CALLBACK.test(url.pathname)) return 'is a callback of this server'
  return undefined
}

const isPlain = (text: string): boolean => /^[\x21-\x5b\x5d-\x7e]+$/.test(text)

/** A name may be made to mean another machine. */
const mayBeHttp = ({ hostname }: URL, mode: Application['mode']): boolean =>
  LOOPBACK.includes(hostname) || (hostname === 'localhost' && mode === 'dev')

const HTTP_REFUSED = 'is http, which is for 127.0.0.1 and [::1] alone, and in mode dev for localhost'

/** Whether a login may return there: exactly as listed, but for the port of a loopback address that is listed without. */
export function isListed(
  requested: string,
  { redirectUris, mode }: Pick<Application, 'redirectUris' | 'mode'>,
): boolean {
  const url = URL.parse(requested)
  if (!url || problemOfTarget(requested, mode) !== undefined) return false
  return redirectUris.some((listed) => listed === requested || listed === withoutLoopbackPort(url))
}

/** A native app listens at whatever port is free. RFC 8252 §7.3. */
function withoutLoopbackPort(url: URL): string | undefined {
  if (url.protocol !== 'http:' || !LOOPBACK.includes(url.hostname)) return undefined
  const bare = new URL(url)
  bare.port = ''
  return bare.href
}

/** Where the browser goes on to: the target with parameters added to those that it has. */
export function locationOf(target: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(target)
  // Not every app reads a plus as a blank.
  const added = new URLSearchParams(parameters).toString().replaceAll('+', '%20')
  url.search = url.search === '' ? added : `${url.search}&${added}`
  return url.href
}
