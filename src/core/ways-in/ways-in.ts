import type { Db } from '../../platform/db.ts'
import type { Application } from '../applications/application.ts'
import { type FederatedKey, listFederatedIdentities } from '../federation/store.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { passkeyConfigs } from '../passkeys/config.ts'
import { passkeyLogsIn } from '../passkeys/passkey.ts'
import { listPasskeys } from '../passkeys/store/passkeys.ts'
import { findPassword, passwordConfigs } from '../passwords/store.ts'
import { findOtpConfig } from '../verifications/configs.ts'
import { channelOf } from '../verifications/verification.ts'
import { accountLogsIn } from './accounts.ts'
import { findOnlyWays } from './enforcement.ts'

/** How a user can log in, as the application is configured now: what a code can be sent to, a password, an account at a provider or a company's connection, a passkey. */
export interface WaysIn {
  readonly codes: number
  readonly password: boolean
  readonly identities: readonly FederatedKey[]
  /** By credential id. */
  readonly passkeys: readonly string[]
}

/** Everything that a user can log in by: whoever must come by their company's own connection, by nothing else. Somebody who has nothing of it is locked out. */
export async function findWaysIn(db: Db, app: Application, userId: string): Promise<WaysIn> {
  const identities = await findAccountsIn(db, app.id, userId)
  const only = await findOnlyWays(db, app.id, userId)
  if (only) {
    const ofCompany = identities.filter(({ provider }) => only.includes(provider))
    return { codes: 0, password: false, identities: ofCompany, passkeys: [] }
  }
  const proven = (await listIdentifiers(db, app.id, [userId])).filter(({ verified_at }) => verified_at !== null)
  let codes = 0
  for (const { type } of proven) if (await findOtpConfig(db, app, channelOf(type))) codes++
  const config = (await passwordConfigs.find(db, app.id))?.config
  const mayHavePassword = config?.enabled === true && proven.some(({ type }) => type === 'email_address')
  const password = mayHavePassword && (await findPassword(db, app.id, userId)) !== undefined
  return { codes, password, identities, passkeys: await findPasskeysIn(db, app.id, userId) }
}

/** The accounts elsewhere that log in. */
async function findAccountsIn(db: Db, appId: string, userId: string): Promise<FederatedKey[]> {
  const found: FederatedKey[] = []
  for (const row of await listFederatedIdentities(db, appId, [userId]))
    if (await accountLogsIn(db, appId, row)) found.push(row)
  return found
}

/** The passkeys that log in, by credential id. */
async function findPasskeysIn(db: Db, appId: string, userId: string): Promise<string[]> {
  const config = (await passkeyConfigs.find(db, appId))?.config
  const passkeys = await listPasskeys(db, appId, [userId])
  return passkeys.filter((row) => passkeyLogsIn(config, row)).map(({ credential_id }) => credential_id)
}

/** Whether a user could still log in without an account at a provider. */
export function isEnoughWithout({ codes, password, identities, passkeys }: WaysIn, identity: FederatedKey): boolean {
  const isOther = (one: FederatedKey) =>
    one.provider !== identity.provider || one.issuer !== identity.issuer || one.subject !== identity.subject
  return codes > 0 || password || passkeys.length > 0 || identities.some(isOther)
}

/** Whether a passkey is all that a user can log in by. One that logs nobody in is never: its owner may be rid of it. */
export function isLastWayIn({ codes, password, identities, passkeys }: WaysIn, credentialId: string): boolean {
  const isOnlyPasskey = passkeys.length === 1 && passkeys[0] === credentialId
  return isOnlyPasskey && codes === 0 && !password && identities.length === 0
}
