import { issueSigningCertificate } from '../../crypto/certificate.ts'
import { spMetadata } from '../../crypto/saml/sp-metadata.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import { tellChange } from '../audit/audited.ts'
import type { ServiceProvider } from './connection.ts'
import type { SamlKeyRow, SamlTables } from './tables.ts'

const YEAR_MS = 365 * 86_400_000
const LIFETIME_MS = 10 * YEAR_MS
/** Clocks of identity providers are behind. */
const BACKDATED_MS = 86_400_000

export const box = sealing('saml-keys')
export const contextOf = ({ app_id, generation }: Pick<SamlKeyRow, 'app_id' | 'generation'>) =>
  `${app_id}/${generation}`

/** What an application signs its requests with, and every certificate that its metadata names: the one that signs first. */
export interface SamlKeys {
  readonly privateKey: string
  /** PEM. */
  readonly certificates: readonly string[]
}

/** Every key, in the order of their making. */
export async function listSamlKeys(db: Db, appId: string): Promise<SamlKeyRow[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_keys')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('generation')
    .execute()
}

/** The keys of an application, the first of which is made when it is asked for. Slow that once: never inside a transaction. */
export async function findSamlKeys(deps: Deps, appId: string): Promise<SamlKeys> {
  const rows = await listSamlKeys(deps.db, appId)
  if (rows.length === 0) {
    await addSamlKey(deps, appId, 1, deps.now())
    return await findSamlKeys(deps, appId)
  }
  const signing = signingKeyOf(rows)
  const opened = signing && box.open(deps, contextOf(signing), signing.sealed_private_key)
  if (!signing || !opened) throw new Error('the key that signs SAML requests was sealed with another master key')
  const announced = rows.filter(({ signs_since }) => signs_since === null)
  return {
    privateKey: opened.toString('utf8'),
    certificates: [signing, ...announced].map(({ certificate }) => certificate),
  }
}

/** The key that signs, closed. The first one is made when it is asked for: never inside a transaction. */
export async function findSigningKey(deps: Deps, appId: string): Promise<SamlKeyRow> {
  const found = signingKeyOf(await listSamlKeys(deps.db, appId))
  if (found) return found
  await findSamlKeys(deps, appId)
  return await findSigningKey(deps, appId)
}

/** What an identity provider is told of us, as XML. */
export async function metadataOf(deps: Deps, appId: string, { entityId, acsUrl }: ServiceProvider): Promise<string> {
  const { certificates } = await findSamlKeys(deps, appId)
  return spMetadata({ entityId, acsUrl, certificates })
}

/** The one that signs: of those that do, the one that began last. */
export const signingKeyOf = (rows: readonly SamlKeyRow[]): SamlKeyRow | undefined =>
  rows.filter(({ signs_since }) => signs_since !== null).at(-1)

/** Make a key, unless there is one of this generation: then undefined. Slow: never inside a transaction. `pairOf`: where its pair comes from. */
export async function addSamlKey(
  deps: Deps,
  appId: string,
  generation: number,
  signsSince: number | null,
  pairOf = issueSigningCertificate,
): Promise<SamlKeyRow | undefined> {
  const now = deps.now()
  const expiresAt = now + LIFETIME_MS
  const { key, cert } = await pairOf(appId, now - BACKDATED_MS, expiresAt)
  const row = { app_id: appId, generation }
  return await deps.transact((tx) =>
    insertSamlKey(tx, {
      ...row,
      certificate: cert,
      sealed_private_key: box.seal(deps, contextOf(row), key),
      signs_since: signsSince,
      expires_at: expiresAt,
      created_at: now,
    }),
  )
}

const insertSamlKey = async (tx: Tx, row: SamlKeyRow): Promise<SamlKeyRow | undefined> =>
  await tx
    .withTables<SamlTables>()
    .insertInto('saml_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()

/** The key whose certificate is published, and that does not sign yet. */
export const findAnnouncedKey = async (deps: Deps, appId: string): Promise<SamlKeyRow | undefined> =>
  (await listSamlKeys(deps.db, appId)).find(({ signs_since }) => signs_since === null)

/**
 * Make the next key, which does not sign yet. Undefined when one is announced already, or by somebody else at the same time. Slow: never inside a transaction. `pairOf`: where its pair comes from.
 */
export async function announceSamlKey(
  deps: Deps,
  appId: string,
  pairOf?: Parameters<typeof addSamlKey>[4],
): Promise<SamlKeyRow | undefined> {
  if (await findAnnouncedKey(deps, appId)) return undefined
  const { generation } = await findSigningKey(deps, appId)
  tellChange(deps, { target: { generation: String(generation + 1) } })
  return await addSamlKey(deps, appId, generation + 1, null, pairOf)
}

/** Have an announced key sign from now on. False when it does already, or there is none. */
export async function switchSamlKey(tx: Tx, appId: string, generation: number, now: number): Promise<boolean> {
  const row = await tx
    .withTables<SamlTables>()
    .updateTable('saml_keys')
    .set({ signs_since: now })
    .where('app_id', '=', appId)
    .where('generation', '=', generation)
    .where('signs_since', 'is', null)
    .returning('generation')
    .executeTakeFirst()
  return row !== undefined
}
