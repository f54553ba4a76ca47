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
  /** Origins whose pages may call it. */
  readonly allowedOrigins: readonly string[]
  readonly redirectUris: readonly string[]
  readonly createdAt: number
}

/** What an application id looks like: one DNS label. */
export const APPLICATION_ID = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/

/** Every origin at which clients reach the application, the configured ones first. */
export function originsOf(app: Application, config: Config): readonly string[] {
  return [...app.publicOrigins, `${config.publicScheme}://${app.id}.${config.baseDomain}`]
}

/** Origins whose pages may call the application: its own and those on its list. */
export function callerOriginsOf(app: Application, config: Config): readonly string[] {
  return [...originsOf(app, config), ...app.allowedOrigins]
}

/** The authority clients dialled, when it is one of the application's; else its first. `host` is a Host header. */
export function authorityOf(app: Application, config: Config, host: string | undefined): string {
  const authorities = originsOf(app, config).map((origin) => origin.slice(origin.indexOf('://') + 3))
  const dialled = host?.toLowerCase()
  return authorities.find((authority) => authority === dialled) ?? (authorities[0] as string)
}
