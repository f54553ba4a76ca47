import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { Application } from '../../applications/application.ts'
import { logsIn } from '../../federation/config.ts'
import { listOAuthConfigs } from '../../federation/config-store.ts'
import { listFederatedIdentities } from '../../federation/store.ts'
import type { FederatedIdentityRow, OAuthConfigRow } from '../../federation/tables.ts'
import { listIdentifiers } from '../../identifiers/store.ts'
import { passkeyConfigs } from '../../passkeys/config.ts'
import { passwordConfigs } from '../../passwords/store.ts'
import { readSamlConnection, type SamlConnection } from '../../saml-connections/connection.ts'
import { samlLogsIn } from '../../saml-connections/logs-in.ts'
import { listSamlConnections } from '../../saml-connections/store.ts'
import type { SamlConnectionRow } from '../../saml-connections/tables.ts'
import { findOtpConfig } from '../../verifications/configs.ts'

/** How an application lets people log in, as it is configured now. The legacy system is asked by none of these. */
export interface Logins {
  readonly codesByEmail: boolean
  readonly codesByPhone: boolean
  readonly passwords: boolean
  /** The RP id whose passkeys log in; empty: none do. */
  readonly passkeysOf: string
  /** By the id that accounts at a provider name. */
  readonly providers: ReadonlyMap<string, OAuthConfigRow>
  readonly connections: ReadonlyMap<string, SamlConnectionRow>
  /** By domain: the connection that speaks for its people. */
  readonly companies: ReadonlyMap<string, SamlConnection>
}

export async function findLogins(db: Db, app: Application): Promise<Logins> {
  const passkeys = (await passkeyConfigs.find(db, app.id))?.config
  const connections = await listSamlConnections(db, app.id)
  return {
    codesByEmail: (await findOtpConfig(db, app, 'email')) !== undefined,
    codesByPhone: (await findOtpConfig(db, app, 'sms')) !== undefined,
    passwords: (await passwordConfigs.find(db, app.id))?.config.enabled === true,
    passkeysOf: passkeys?.login_enabled ? passkeys.rp_id : '',
    providers: new Map((await listOAuthConfigs(db, app.id)).map((row) => [row.id, row])),
    connections: new Map(connections.map((row) => [row.id, row])),
    companies: companiesOf(connections.map(readSamlConnection)),
  }
}

/** By domain: the one enabled connection that names it. See `resolveConnection`. */
function companiesOf(connections: readonly SamlConnection[]): Map<string, SamlConnection> {
  const enabled = connections.filter(({ config }) => config.enabled)
  const named = enabled.flatMap((one) => one.config.behavior.email_domain_allowlist.map((domain) => ({ domain, one })))
  const companies = new Map<string, SamlConnection>()
  for (const [domain, [only, ...others]] of Map.groupBy(named, ({ domain }) => domain))
    if (only && others.length === 0) companies.set(domain, only.one)
  return companies
}

const ofUser = (table: string) =>
  sql`${sql.ref(`${table}.app_id`)} = users.app_id and ${sql.ref(`${table}.user_id`)} = users.id`

/** Of a row of `users`: 1 when a code can be sent to an address that the user has proven, or the user has a passkey, or a password for an address that nobody else has. */
export const canLogIn = ({ codesByEmail, codesByPhone, passwords, passkeysOf }: Logins) => {
  const [email, phone] = [codesByEmail ? 'email_address' : '', codesByPhone ? 'phone_number' : '']
  const code = sql<
    number | null
  >`(select 1 from identifiers mine where ${ofUser('mine')} and mine.verified_at is not null
    and (mine.type = ${email} or mine.type = ${phone}) limit 1)`
  const others = sql`(select 1 from identifiers theirs where theirs.app_id = mine.app_id and theirs.type = mine.type
    and theirs.value = mine.value and theirs.user_id <> mine.user_id and theirs.verified_at is not null limit 1)`
  const password = sql<number | null>`(select 1 from password_credentials password join identifiers mine
    on mine.app_id = password.app_id and mine.user_id = password.user_id and mine.type = 'email_address'
    where ${ofUser('password')} and ${others} is null limit 1)`
  const passkey = sql<number | null>`(select 1 from passkeys mine where ${ofUser('mine')} and mine.rp_id = ${passkeysOf}
    and mine.blocked_at is null limit 1)`
  const ways = [code, ...(passwords ? [password] : []), ...(passkeysOf ? [passkey] : [])]
  return sql<number | null>`coalesce(${sql.join(ways)}, null)`
}

/** Who of these users can log in by an account at a provider, or at their company's own connection. */
export async function findFederated(
  db: Db,
  appId: string,
  { providers, connections }: Logins,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (providers.size === 0 && connections.size === 0) return new Set()
  const linked = await listFederatedIdentities(db, appId, userIds)
  const canLogIn = (row: FederatedIdentityRow) =>
    logsIn(providers.get(row.provider), row) || samlLogsIn(connections.get(row.provider), row)
  return new Set(linked.filter(canLogIn).map(({ user_id }) => user_id))
}

/**
 * Who of these users must come by their company's own connection, and whether they can: by an account there, or by one that their next login links. See
 * `findOnlyWays`.
 */
export async function findBound(
  db: Db,
  appId: string,
  { companies, connections }: Logins,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const bound = new Map<string, boolean>()
  if (![...companies.values()].some(enforces)) return bound
  const proven = (await listIdentifiers(db, appId, userIds)).filter(
    ({ type, verified_at }) => type === 'email_address' && verified_at !== null,
  )
  const ofUser = new Map<string, SamlConnection[]>()
  for (const { user_id, value } of proven) {
    const company = companies.get(value.split('@')[1] ?? '')
    if (company) ofUser.set(user_id, [...(ofUser.get(user_id) ?? []), company])
  }
  for (const [userId, those] of ofUser)
    if (those.some(enforces))
      bound.set(
        userId,
        those.some(({ config }) => config.behavior.allow_email_account_merge),
      )
  for (const row of await listFederatedIdentities(db, appId, [...bound.keys()])) {
    const isOfCompany = ofUser.get(row.user_id)?.some(({ id }) => id === row.provider)
    if (isOfCompany && samlLogsIn(connections.get(row.provider), row)) bound.set(row.user_id, true)
  }
  return bound
}

const enforces = ({ config }: SamlConnection) => config.behavior.enforce_login
