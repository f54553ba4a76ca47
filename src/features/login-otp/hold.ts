import type { Application } from '../../core/applications/application.ts'
import { endRivalClaims } from '../../core/claims/claims.ts'
import { type Claimant, listClaimants } from '../../core/claims/store.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import { noteProof } from '../../core/identifiers/store.ts'
import { createUser } from '../../core/users/create.ts'
import { reclaim } from '../../core/users/reclaim.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import { otpSettings } from '../../core/verifications/limits.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { settingsOf } from '../../platform/settings.ts'
import { decideHolder, type HolderDecision } from './holder.ts'

/** `raced`: somebody else changed the same people meanwhile; nothing may be kept. */
export type Holding = { kind: 'held'; userId: string } | { kind: 'refused' } | { kind: 'raced' }

/** Whether no code for this identifier can log anybody in. */
export async function isRefused(tx: Tx, app: Application, identifier: Identifier): Promise<boolean> {
  return decide(app, await listClaimants(tx, app.id, identifier)).kind === 'refuse'
}

const decide = (app: Application, claimants: readonly Claimant[]): HolderDecision =>
  decideHolder(claimants, settingsOf(app, otpSettings))

/** Give a proven identifier to the user it belongs to from now on. Nobody else claims it any more. */
export async function holdIdentifier(tx: Tx, deps: Deps, app: Application, identifier: Identifier): Promise<Holding> {
  const decided = decide(app, await listClaimants(tx, app.id, identifier))
  if (decided.kind === 'refuse') return { kind: 'refused' }
  const userId = await act(tx, deps, app, identifier, decided)
  return userId === undefined ? { kind: 'raced' } : { kind: 'held', userId }
}

/** The user who holds the identifier then; undefined when the race for it was lost. */
async function act(
  tx: Tx,
  deps: Deps,
  app: Application,
  identifier: Identifier,
  decided: Exclude<HolderDecision, { kind: 'refuse' }>,
): Promise<string | undefined> {
  if (decided.kind === 'owner') {
    if (!(await findUserForUpdate(tx, app.id, decided.userId))) return undefined
    await noteProof(tx, app.id, decided.userId, identifier, deps.now())
    await endRivalClaims(tx, deps, app.id, decided.userId, identifier)
    return decided.userId
  }
  if (decided.kind === 'adopt') {
    const { userId } = decided
    const isStillHeir = (claimants: readonly Claimant[]) => {
      const again = decide(app, claimants)
      return again.kind === 'adopt' && again.userId === userId
    }
    return (await reclaim(tx, deps, app.id, { userId, identifier, isStillHeir })) ? userId : undefined
  }
  const id = newId('usr', deps)
  const person = { id, identifiers: [{ ...identifier, verified: true }], source: 'otp', migrated: false }
  return (await createUser(tx, deps, app.id, person)) === 'created' ? id : undefined
}
