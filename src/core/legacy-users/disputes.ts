import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emitAll } from '../events/store.ts'
import type { LegacyUser } from './legacy-user.ts'
import { type Disputed, federatedProof, identifierProof } from './matching.ts'

/** Tell the backend what of a record stays with whoever has proven it here, an event for each. */
export async function announceDisputes(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  legacy: LegacyUser,
  disputed: Disputed,
): Promise<void> {
  const occurred_at = rfc3339(deps.now())
  const payload = (key: string, what: object) => {
    const holder = disputed.get(key)
    return holder === undefined ? [] : [{ user_id: userId, ...what, held_by: holder, occurred_at }]
  }
  const payloads = [
    ...legacy.identifiers.flatMap(({ type, value, verified }) =>
      verified ? payload(identifierProof({ type, value }, undefined).key, { identifier: { type, value } }) : [],
    ),
    ...legacy.federatedIdentities.flatMap((identity) => {
      const { provider, subject } = identity
      return payload(federatedProof(identity, undefined).key, { oauth: { provider, subject } })
    }),
  ]
  await emitAll(tx, deps, appId, 'migration.identifier_disputed', payloads)
}
