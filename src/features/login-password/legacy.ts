import type { Application } from '../../core/applications/application.ts'
import { emit } from '../../core/events/store.ts'
import { type Adopted, adoptLegacyUser } from '../../core/legacy-users/adoption.ts'
import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { PasswordConfig } from '../../core/passwords/config.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { compareWithHash, hashKnownPassword } from '../../core/passwords/hashing.ts'
import { decideLogin, type Holder, type LoginDecision, mayBeLegacy } from '../../core/passwords/holders.ts'
import { findPassword, insertPassword, listHolders } from '../../core/passwords/store.ts'
import { countUp } from '../../core/rollups/count.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Path } from '../../platform/limits/turns.ts'
import { echoEnding, noteEnding } from './echo.ts'
import { askHook, type Credentials, type FailureReason } from './hook.ts'

export type LegacyLogin =
  | (Exclude<LoginDecision, { kind: 'refuse' }> & { passwordId: string })
  | { kind: 'refused' | 'overloaded' }
  /** Nobody knows whether the password is right; `reason` where the hook is to blame. */
  | { kind: 'unclear'; reason?: FailureReason }

/** A login that no password here lets in. */
export interface Asking extends Credentials {
  readonly config: PasswordConfig
  /** Whose turn the hash is. */
  readonly path: Path
  readonly holders: readonly Holder[]
}

/**
 * Ask the legacy system about a password that is nobody's here, if it may be of one of its users who has none here yet. Its yes is kept as a hash of
 * ours, so that it is asked no more; whoever has a password here by then has that one and no other.
 */
export async function askLegacy(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  asking: Asking,
): Promise<LegacyLogin> {
  const url = asking.config.password_validation_url
  if (url === undefined) return { kind: 'refused' }
  const hook = `${app.id} ${url}`
  if (!mayBeLegacy(asking.holders)) return { kind: await echoEnding(deps, hook) }
  const began = deps.monotonic()
  const answer = await askHook(deps, app, url, request, asking)
  const login = answer.kind === 'user' ? await bringOver(deps, app, answer.user, asking) : answer
  if (login.kind === 'overloaded') return login
  countUp(deps, app.id, 'password_login', { hash: 'hook', outcome: OUTCOMES[login.kind] })
  if (login.kind === 'unclear' && login.reason) await announce(deps, app.id, login.reason)
  if (login.kind === 'refused' || login.kind === 'unclear')
    noteEnding(deps, hook, { kind: login.kind, tookMs: deps.monotonic() - began })
  return login
}

/** As `password_login` counts them. */
const OUTCOMES = { log_in: 'right', prove: 'right', refused: 'wrong', unclear: 'unclear' } as const

const announce = (deps: Deps, appId: string, reason: FailureReason): Promise<void> =>
  deps.transact((tx) => emit(tx, deps, appId, 'password.hook_failed', { reason, occurred_at: rfc3339(deps.now()) }))

type Placed = LoginDecision & { readonly password?: { readonly id: string; readonly hash: string } }

/** Give the user of a record the password that was right there, unless they have one here. */
async function bringOver(
  deps: Deps,
  app: Application,
  user: LegacyUser,
  { config, path, email, password }: Asking,
): Promise<LegacyLogin> {
  const hashed = await hashKnownPassword(deps, config, path, password)
  if (hashed.kind !== 'done') return { kind: 'overloaded' }
  const { value: hash } = hashed
  const record: LegacyUser = { ...user, password: { kind: 'hash', hash } }
  const adoption = await adoptLegacyUser<Placed>(deps, app, record, (tx, adopted) =>
    place(tx, deps, app.id, { adopted, user, email, hash }),
  )
  if (adoption.kind !== 'adopted') return REFUSALS[adoption.kind]
  if (adoption.value.kind === 'refuse') return { kind: 'refused' }
  const { kind, userId, password: own } = adoption.value
  if (!own) return { kind: 'refused' }
  if (own.hash === hash) return { kind, userId, passwordId: own.id }
  const compared = await compareWithHash(deps, app.id, config, path, own.hash, password)
  if (compared.kind !== 'done') return { kind: compared.kind === 'overloaded' ? 'overloaded' : 'unclear' }
  return compared.value.matches ? { kind, userId, passwordId: own.id } : { kind: 'refused' }
}

/** What cannot be adopted. That somebody is blocked is nobody's business. */
const REFUSALS = {
  blocked: { kind: 'refused' },
  conflict: { kind: 'unclear', reason: 'identifier_conflict' },
  unidentified: { kind: 'unclear', reason: 'missing_identifiers' },
} as const satisfies Record<string, LegacyLogin>

interface Placing {
  readonly adopted: Adopted
  readonly user: LegacyUser
  readonly email: string
  readonly hash: string
}

/** Whom the record logs in by this address, with the password that they have here from now on. Nothing is kept when it is somebody else's. */
async function place(
  tx: Tx,
  deps: Deps,
  appId: string,
  { adopted: { userId, applied, leftOut }, user, email, hash }: Placing,
): Promise<Placed | Undo<Placed>> {
  if (!(await findUserForUpdate(tx, appId, userId))) return undo<Placed>({ kind: 'refuse' })
  await insertPassword(tx, passwordRow(deps, appId, { userId, hash }))
  const password = await findPassword(tx, appId, userId)
  const holders = await listHolders(tx, appId, email)
  const decided = decideLegacy(holders, userId)
  if (decided.kind === 'refuse') return undo<Placed>(decided)
  const members = [...user.leftOut, ...leftOut]
  const payload = { reason: 'unusable_details', members, occurred_at: rfc3339(deps.now()) }
  if (applied && members.length > 0) await emit(tx, deps, appId, 'password.hook_failed', payload)
  return { ...decided, ...(password && { password }) }
}

/**
 * Decide what the legacy system's yes does for a user of it. An address that somebody has proven here logs in nobody else; one that is nobody's here,
 * because the legacy system knows a newer one of them, logs in whom it means.
 */
export function decideLegacy(holders: readonly Holder[], userId: string): LoginDecision {
  if (holders.some((holder) => holder.isOwner && holder.userId !== userId)) return { kind: 'refuse' }
  const holder = holders.find((one) => one.userId === userId)
  return holder ? decideLogin(holder) : { kind: 'log_in', userId }
}
