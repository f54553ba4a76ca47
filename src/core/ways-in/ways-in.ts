import type { Db } from '../../platform/db.ts'
import type { Application } from '../applications/application.ts'
import { logsIn } from '../federation/config.ts'
import { listOAuthConfigs } from '../federation/config-store.ts'
import { type FederatedKey, listFederatedIdentities } from '../federation/store.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { findPassword, passwordConfigs } from '../passwords/store.ts'
import { findOtpConfig } from '../verifications/configs.ts'
import { channelOf } from '../verifications/verification.ts'

/** How a user can log in, as the application is configured now: what a code can be sent to, a password, an account at a provider. */
export interface WaysIn {
  readonly codes: number
  readonly password: boolean
  readonly identities: readonly FederatedKey[]
}

/** Everything that a user can log in by. Somebody who has nothing of it is locked out. */
export async function findWaysIn(db: Db, app: Application, userId: string): Promise<WaysIn> {
  const proven = (await listIdentifiers(db, app.id, [userId])).filter(({ verified_at }) => verified_at !== null)
  let codes = 0
  for (const { type } of proven) if (await findOtpConfig(db, app, channelOf(type))) codes++
  const config = (await passwordConfigs.find(db, app.id))?.config
  const mayHavePassword = config?.enabled === true && proven.some(({ type }) => type === 'email_address')
  const password = mayHavePassword && (await findPassword(db, app.id, userId)) !== undefined
  const configs = new Map((await listOAuthConfigs(db, app.id)).map((row) => [row.id, row]))
  const linked = await listFederatedIdentities(db, app.id, [userId])
  const identities = linked.filter((row) => logsIn(configs.get(row.provider), row))
  return { codes, password, identities }
}

/** Whether a user could still log in without an account at a provider. */
export function isEnoughWithout({ codes, password, identities }: WaysIn, identity: FederatedKey): boolean {
  const isOther = (one: FederatedKey) =>
    one.provider !== identity.provider || one.issuer !== identity.issuer || one.subject !== identity.subject
  return codes > 0 || password || identities.some(isOther)
}
