import type { Config } from '../../platform/config.ts'
import type { SettingsHolder } from '../../platform/settings.ts'

/** A tenant: everything else belongs to exactly one. A snapshot; a change makes a new one. */
export interface Application extends SettingsHolder {
  readonly id: string
  readonly name: string
  readonly mode: 'dev' | 'prod'
  readonly version: number
  /** Origins that clients reach it at besides `{id}.{base domain}`. */
  readonly publicOrigins: readonly string[]
  /** Names of its own that it has proven, oldest first: clients reach it there, too. */
  readonly domains: readonly string[]
  /** Origins whose pages may call it. */
  readonly allowedOrigins: readonly string[]
  readonly redirectUris: readonly string[]
  readonly createdAt: number
}

/** What an application id looks like: one DNS label. */
export const APPLICATION_ID = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/

const AUTHORITY = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/

/** Every origin at which clients reach the application; the one dialled first, when it is one. `host` is the request's Host header. */
export function originsOf(app: Application, config: Config, host: string): readonly string[] {
  const own = `${app.id}.${config.baseDomain}`
  const names = [...app.domains, own]
  const configured = [...app.publicOrigins, ...names.map((name) => `${config.publicScheme}://${name}`)]
  const dialled = withoutDefaultPort(host.toLowerCase(), config)
  const known = configured.find((origin) => authorityOf(origin) === dialled)
  if (known) return [known, ...configured.filter((origin) => origin !== known)]
  // A name of its own at another port, or any name when it is the default application: what was dialled is one more origin.
  const isOwn = names.some((name) => withoutPort(dialled) === withoutPort(name)) || config.defaultApp === app.id
  return isOwn && AUTHORITY.test(dialled) ? [`${config.publicScheme}://${dialled}`, ...configured] : configured
}

/**
 * Origins whose pages may call the application: its own and those on its list. What a custom domain leads to is up to whoever writes its DNS, so its pages may
 * call it at that very name and nowhere else, unless it is on a list.
 */
export function callerOriginsOf(app: Application, config: Config, host: string): readonly string[] {
  const dialled = withoutDefaultPort(host.toLowerCase(), config)
  const isDomain = (origin: string) => app.domains.includes(authorityOf(origin)) && !app.publicOrigins.includes(origin)
  const own = originsOf(app, config, host).filter((origin) => !isDomain(origin) || authorityOf(origin) === dialled)
  return [...own, ...app.allowedOrigins]
}

/** `https://localhost:8443` → `localhost:8443`. */
export const authorityOf = (origin: string): string => origin.slice(origin.indexOf('://') + 3)

/** `localhost:8443` → `localhost`; a bracketed IPv6 address keeps its brackets. */
export const withoutPort = (authority: string): string => authority.replace(/:\d+$/, '')

/** Some clients and proxies name the port that goes without saying; origins do not. RFC 6454 §6.2. */
const withoutDefaultPort = (authority: string, { publicScheme }: Config): string =>
  authority.replace(publicScheme === 'https' ? /:443$/ : /:80$/, '')

/** The hosts of some origins, as `application_hosts` knows them. */
export const hostsOf = (origins: readonly string[]): string[] => origins.map((one) => new URL(one).hostname)

/** Whether a host is the base domain, or is or could be the one of an application's id. */
export const isBelowBaseDomain = (host: string, config: Config): boolean =>
  `.${host}`.endsWith(`.${withoutPort(config.baseDomain)}`)
