import type { PasswordConfig } from '../../core/passwords/config.ts'
import { decoyKeyOf } from '../../core/passwords/credential.ts'
import { compareWithHash } from '../../core/passwords/hashing.ts'
import { decideCompared, type Holder, type PasswordHolder } from '../../core/passwords/holders.ts'
import { findDecoy, listHolders } from '../../core/passwords/store.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Path } from '../../platform/limits/turns.ts'

/** Whom an address may log in, and what its password is compared with. */
export interface Candidates {
  readonly holders: readonly Holder[]
  readonly compared: readonly PasswordHolder[]
  /** In the place of passwords where there are none. */
  readonly decoys: readonly string[]
}

/**
 * Whom an address may log in. Where that is nobody with a password, it is compared with those that the address of another user would be compared
 * with, always the same user for the same address: strangers take as long as users do, whatever system the hashes come from and however many
 * people share an address. Whoever is asked for, the database answers the same questions.
 */
export async function findCandidates(deps: Deps, appId: string, email: string): Promise<Candidates> {
  const { db } = deps
  const [holders, decoy] = await Promise.all([
    listHolders(db, appId, email),
    findDecoy(db, appId, decoyKeyOf(deps, appId, email)),
  ])
  const others = decideCompared(await listHolders(db, appId, decoy?.email ?? '')).map(({ password }) => password.hash)
  const decoys = others.length > 0 ? others : decoy ? [decoy.hash] : []
  return { holders, compared: decideCompared(holders), decoys }
}

export type Match =
  /** `holder`: whose password it is; undefined when it is nobody's. */
  | { kind: 'compared'; holder: PasswordHolder | undefined; renewed?: string | undefined }
  | { kind: 'overloaded' | 'unreadable' }

/** Compare a password with those of all who may be logged in, or with as many others. */
export async function comparePassword(
  deps: Deps,
  appId: string,
  config: PasswordConfig,
  path: Path,
  { compared, decoys }: Candidates,
  password: string,
): Promise<Match> {
  const none = decoys.length > 0 ? decoys : [undefined]
  const hashes = compared.length > 0 ? compared.map((holder) => holder.password.hash) : none
  for (const [i, hash] of hashes.entries()) {
    const one = await compareWithHash(deps, appId, config, path, hash, password)
    if (one.kind !== 'done') return one
    const holder = compared[i]
    if (one.value.matches && holder) return { kind: 'compared', holder, renewed: one.value.renewed }
  }
  return { kind: 'compared', holder: undefined }
}
