import { rfc3339 } from '../../platform/clock.ts'
import { type Db, type Tx, Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { emit } from '../events/store.ts'
import { judgeHash } from '../passwords/secrets.ts'
import { markMigrated } from '../users/external-id.ts'
import { findAccounts, nameIssuers, recordOf } from './accounts.ts'
import { type Adoption, createLegacyUser, linkLegacyUser } from './adopt.ts'
import { announceDisputes } from './disputes.ts'
import type { LegacyUser } from './legacy-user.ts'
import { decideMatch } from './matching.ts'
import { migrationSettings } from './settings.ts'

export interface Adopted {
  readonly userId: string
  /** Places in the record that could not be used; none of a user who was known before. */
  readonly leftOut: readonly string[]
  /** The record as far as it could be applied, which it is once; undefined when it was before. */
  readonly applied: LegacyUser | undefined
}

type Refused = { kind: 'blocked' | 'unidentified' | 'conflict' }

const ROUNDS = 10

/**
 * Find, link or create the user of a legacy record, and do with them what must hold together with it: `then`, in the same transaction. Whoever
 * loses a race looks again and finds what the winner left. A conflict is looked at twice: the first look may have met people who were about to change.
 */
export async function adoptLegacyUser<T>(
  deps: Deps,
  app: Application,
  legacy: LegacyUser,
  then: (tx: Tx, adopted: Adopted) => Promise<T | Undo<T>>,
): Promise<{ kind: 'adopted'; value: T } | Refused> {
  let conflicts = 0
  for (let round = 0; round < ROUNDS; round++) {
    type Outcome = { kind: 'adopted'; value: T } | Exclude<Settled, { kind: 'adopted' }>
    const outcome = await deps.together<Outcome>(async (tx) => {
      const settled = await adopt(tx, deps, app, legacy)
      if (settled.kind !== 'adopted') return undo<Outcome>(settled)
      const value = await then(tx, settled)
      return value instanceof Undo
        ? undo<Outcome>({ kind: 'adopted', value: value.outcome })
        : { kind: 'adopted', value }
    })
    if (outcome.kind === 'adopted' || outcome.kind === 'blocked' || outcome.kind === 'unidentified') return outcome
    if (outcome.kind === 'conflict' && ++conflicts === 2) return outcome
  }
  throw new Error('a migration kept losing its races')
}

type Settled = ({ kind: 'adopted' } & Adopted) | Refused | Exclude<Adoption, { kind: 'adopted' }>

/** The record is applied once, when the user is created or linked: afterwards this side is the truth. Anything but `adopted` must be undone. */
async function adopt(tx: Tx, deps: Deps, app: Application, record: LegacyUser): Promise<Settled> {
  const { legacy, rule, decided } = await matchLegacyUser(tx, app, await withUsableHash(tx, app.id, record))
  if (decided.kind === 'known') {
    if (await markMigrated(tx, deps, app.id, decided.userId))
      await announceMigrated(tx, deps, app.id, decided.userId, legacy, 'known')
    return { kind: 'adopted', userId: decided.userId, leftOut: [], applied: undefined }
  }
  if (decided.kind !== 'link' && decided.kind !== 'create') return { kind: decided.kind }
  const { disputed } = decided
  const adoption =
    decided.kind === 'link'
      ? await linkLegacyUser(tx, deps, app, decided.userId, legacy, { disputed, rule })
      : await createLegacyUser(tx, deps, app, legacy, disputed)
  if (adoption.kind !== 'adopted') return adoption
  await announceMigrated(tx, deps, app.id, adoption.userId, legacy, decided.kind === 'link' ? 'linked' : 'created')
  await announceDisputes(tx, deps, app.id, adoption.userId, legacy, disputed)
  return { ...adoption, applied: legacy }
}

/** `known`: brought before, by an import or the management API. */
async function announceMigrated(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { externalId }: LegacyUser,
  outcome: 'known' | 'linked' | 'created',
): Promise<void> {
  const payload = { user_id: userId, external_id: externalId, outcome, migrated_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'user.migrated', payload)
}

/** A hash that nobody could compare is none. */
async function withUsableHash(tx: Tx, appId: string, legacy: LegacyUser): Promise<LegacyUser> {
  if (legacy.password?.kind !== 'hash') return legacy
  const judged = await judgeHash(tx, appId, legacy.password.hash)
  return judged.kind === 'accepted' ? legacy : { ...legacy, password: { kind: 'unreadable' } }
}

/** Whom a legacy record means here, as things are now. */
export async function matchLegacyUser(db: Db, app: Application, record: LegacyUser) {
  const legacy = await nameIssuers(db, app.id, record)
  const accounts = await findAccounts(db, app.id, legacy)
  const rule = settingsOf(app, migrationSettings).link
  return { legacy, rule, decided: decideMatch(recordOf(legacy), accounts, rule) }
}
