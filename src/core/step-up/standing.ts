import type { Db } from '../../platform/db.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import type { IdentifierType } from '../identifiers/tables.ts'
import { listPasskeys } from '../passkeys/store/passkeys.ts'
import { isReserved } from '../scopes/scope.ts'
import { stepUpSettings } from './settings.ts'

/** An identifier that its user has proven. */
export interface ProvenIdentifier extends Identifier {
  /** For the first time, Unix ms. */
  readonly verified_at: number
}

/** Of a user's identifiers those that are proven, oldest proof first. */
export const provenOf = <I extends Identifier & { readonly verified_at: number | null }>(
  identifiers: readonly I[],
): (I & ProvenIdentifier)[] =>
  identifiers
    .filter((one): one is I & ProvenIdentifier => one.verified_at !== null)
    .toSorted((a, b) => a.verified_at - b.verified_at)

/** What is not older than this was proven too lately: since the session's user proved who they are, or in the last so many milliseconds. */
export interface Recency {
  readonly authTime: number
  readonly now: number
  readonly ageMs: number
}

/**
 * Decide which proven identifiers, oldest first, speak for a user when the account itself is at stake. What was proven lately may be the work of
 * whoever holds the session: it counts for nothing while there is an older one.
 */
export function decideStanding<I extends ProvenIdentifier>(
  proven: readonly I[],
  { authTime, now, ageMs }: Recency,
): readonly I[] {
  const until = Math.min(authTime, now - ageMs)
  const old = proven.filter(({ verified_at }) => verified_at <= until)
  if (old.length > 0) return old
  return proven.filter(({ verified_at }) => verified_at === proven[0]?.verified_at)
}

/** Whose step-up it is: the user, since when they are logged in (Unix ms), and the scope. */
export interface Asker {
  readonly userId: string
  readonly authTime: number
  readonly scope: string
}

/** The identifiers by which a user may prove who they are for a scope, oldest proof first. */
export async function findStanding(
  db: Db,
  app: Application,
  { userId, authTime, scope }: Asker,
  now: number,
): Promise<readonly ProvenIdentifier[]> {
  const proven = provenOf(await listIdentifiers(db, app.id, [userId]))
  if (!isReserved(scope)) return proven
  return decideStanding(proven, { authTime, now, ageMs: proofAgeMs(app) })
}

const proofAgeMs = (app: Application): number => settingsOf(app, stepUpSettings).proof_age_seconds * 1000

/**
 * Decide until when, Unix ms, passkeys must have been made to speak for a user when the account itself is at stake. Those that were made lately count for
 * nothing while there is anything older; where there is not, the oldest counts.
 */
export function decidePasskeysUntil(
  madeAt: readonly number[],
  { hasProven, now, ageMs }: { readonly hasProven: boolean; readonly now: number; readonly ageMs: number },
): number {
  const until = now - ageMs
  return hasProven ? until : Math.max(until, Math.min(...madeAt))
}

/** Until when, Unix ms, passkeys must have been made by which a user may prove who they are for a scope. */
export async function findPasskeysUntil(
  db: Db,
  app: Application,
  { userId, scope }: Pick<Asker, 'userId' | 'scope'>,
  now: number,
): Promise<number> {
  if (!isReserved(scope)) return Number.POSITIVE_INFINITY
  const hasProven = provenOf(await listIdentifiers(db, app.id, [userId])).length > 0
  const madeAt = (await listPasskeys(db, app.id, [userId])).map(({ created_at }) => created_at)
  return decidePasskeysUntil(madeAt, { hasProven, now, ageMs: proofAgeMs(app) })
}

/** The types of some identifiers, in their order, each once. */
export const typesOf = (identifiers: readonly Identifier[]): IdentifierType[] => [
  ...new Set(identifiers.map(({ type }) => type)),
]
