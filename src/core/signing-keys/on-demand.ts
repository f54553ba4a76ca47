import { rfc3339 } from '../../platform/clock.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { changeApplication } from '../applications/change.ts'
import { emit } from '../events/store.ts'
import { forgetKeys, generateSigningKey, makeKey } from './keyring.ts'
import { planKeys, scheduleOf } from './rotation.ts'
import { deleteSigningKey, insertSigningKey, listSigningKeys } from './store.ts'
import type { KeyPurpose, SigningKeyRow } from './tables.ts'

export type SigningKeyState =
  | 'signing'
  /** Published already, and to sign from `activates_at` on. */
  | 'next'
  /** It signs no more; what it signed is still believed. */
  | 'verifying'

export type StatedKey = SigningKeyRow & { readonly state: SigningKeyState }

/** The keys of an application that are published, by purpose, algorithm and generation. */
export async function listStatedKeys(deps: Deps, appId: string): Promise<StatedKey[]> {
  const rows = await listSigningKeys(deps.db, appId)
  return [...Map.groupBy(rows, groupOf).values()].flatMap((group) => statesOf(group, deps.now()))
}

const groupOf = ({ purpose, alg }: SigningKeyRow) => `${purpose}/${alg}`

function statesOf(group: readonly SigningKeyRow[], now: number): StatedKey[] {
  const [first] = group
  if (!first) return []
  const { signing, retired } = planKeys(group, now, scheduleOf(first.purpose))
  return group
    .filter((row) => !retired.includes(row))
    .map((row) => ({
      ...row,
      state: row === signing ? 'signing' : row.activates_at > now ? 'next' : 'verifying',
    }))
}

/**
 * Make the next key of a purpose now, of each algorithm that there is a key of: published at once, and signing when every verifier has seen it.
 * Where one waits already nothing is made. Answers those that wait then. Slow: never inside a transaction.
 */
export async function rotateNow(deps: Deps, appId: string, purpose: KeyPurpose): Promise<StatedKey[]> {
  const isOf = (row: StatedKey) => row.purpose === purpose
  const keys = (await listStatedKeys(deps, appId)).filter(isOf)
  for (const group of Map.groupBy(keys, groupOf).values()) {
    const latest = group.at(-1)
    if (!latest || latest.state === 'next') continue
    const times = { generation: latest.generation + 1, activates_at: deps.now() + scheduleOf(purpose).leadMs }
    await makeKey(deps, appId, purpose, latest.alg, times)
  }
  return (await listStatedKeys(deps, appId)).filter((row) => isOf(row) && row.state === 'next')
}

export type Revoked =
  | { readonly kind: 'revoked'; readonly successor: SigningKeyRow | undefined }
  | { readonly kind: 'unknown' }

/**
 * Revoke a key now: nothing that it signed is believed any more, here at once and in other processes within a second, and it is published no
 * longer. Where it signs, another one signs from now on. Slow: never inside a transaction.
 */
export async function revokeSigningKey(deps: Deps, appId: string, kid: string): Promise<Revoked> {
  for (;;) {
    const rows = await listSigningKeys(deps.db, appId)
    const revoked = rows.find((row) => row.kid === kid)
    if (!revoked) return { kind: 'unknown' }
    const group = rows.filter((row) => groupOf(row) === groupOf(revoked))
    const isSigning = statesOf(group, deps.now()).find((row) => row.kid === kid)?.state === 'signing'
    const successor = isSigning ? await newSuccessor(deps, group) : undefined
    if (await replace(deps, revoked, successor)) return { kind: 'revoked', successor }
  }
}

function newSuccessor(deps: Deps, group: readonly SigningKeyRow[]): Promise<SigningKeyRow> {
  const { app_id, purpose, alg, generation } = group.at(-1) as SigningKeyRow
  return generateSigningKey(deps, app_id, purpose, alg, { generation: generation + 1, activates_at: deps.now() })
}

/** False when another process has revoked the key first, or made that generation. */
async function replace(deps: Deps, revoked: SigningKeyRow, successor: SigningKeyRow | undefined): Promise<boolean> {
  const { app_id: appId, kid, purpose, alg } = revoked
  const done = await deps.transact(async (tx) => {
    if (!(await deleteSigningKey(tx, appId, kid))) return undo(false)
    if (successor && !(await insertSigningKey(tx, successor))) return undo(false)
    await emit(tx, deps, appId, 'key.revoked', { purpose, alg, kid })
    if (successor) {
      const payload = { purpose, alg, kid: successor.kid, activates_at: rfc3339(successor.activates_at) }
      await emit(tx, deps, appId, 'key.rotated', payload)
    }
    // Every process reads the keys anew when the application is another version.
    await changeApplication(tx, deps, appId, () => ({}))
    return true
  })
  forgetKeys(deps, appId)
  return done
}
