import type { Application } from '../../core/applications/application.ts'
import { findAccounts, nameIssuers, recordOf } from '../../core/legacy-users/accounts.ts'
import { type Adoption, createLegacyUser, linkLegacyUser } from '../../core/legacy-users/adopt.ts'
import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import { decideMatch } from '../../core/legacy-users/matching.ts'
import { markMigrated } from '../../core/users/external-id.ts'
import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import { announceDisputes, announceLeftOut } from './announcements.ts'
import { migrationSettings } from './settings.ts'

export type MigrantAdoption =
  | { kind: 'adopted'; userId: string }
  | { kind: 'conflict' | 'unidentified' }
  | Exclude<Adoption, { kind: 'adopted' }>

/** Find, link or create the user of a legacy record. The record is applied once, when the user is created or linked: afterwards this side is the truth. */
export async function adopt(
  tx: Tx,
  deps: Deps,
  app: Application,
  record: LegacyUser,
): Promise<MigrantAdoption | Undo<MigrantAdoption>> {
  const legacy = await nameIssuers(tx, app.id, record)
  const accounts = await findAccounts(tx, app.id, legacy)
  const rule = settingsOf(app, migrationSettings).link
  const decided = decideMatch(recordOf(legacy), accounts, rule)
  if (decided.kind === 'known') {
    await markMigrated(tx, deps, app.id, decided.userId)
    return { kind: 'adopted', userId: decided.userId }
  }
  if (decided.kind !== 'link' && decided.kind !== 'create') return { kind: decided.kind }
  const { disputed } = decided
  const adoption =
    decided.kind === 'link'
      ? await linkLegacyUser(tx, deps, app, decided.userId, legacy, { disputed, rule })
      : await createLegacyUser(tx, deps, app, legacy, disputed)
  if (adoption.kind !== 'adopted') return undo(adoption)
  const { userId, leftOut } = adoption
  await announceDisputes(tx, deps, app.id, userId, legacy, disputed)
  await announceLeftOut(tx, deps, app.id, legacy, leftOut)
  return { kind: 'adopted', userId }
}
