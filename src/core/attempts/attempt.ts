import { z } from 'zod'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import { hashSecret, newSecret } from '../../crypto/opaque-token.ts'
import { pause } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import { consumeAttempt, consumeLease, findAttempt, insertAttempt } from './store.ts'
import type { LoginAttemptRow } from './tables.ts'

/** A request of SAML is named by a name of XML. */
const STATE_PREFIX = { oauth: 'st_', saml: '_' } as const
const LIFETIME_MS = 600_000
/** Longer than everything that is asked of the other party, each with its time. */
const LEASE_MS = 30_000
/** An answer that comes twice is answered again for so long: some pages load their return address twice, and a browser shows the second. */
const REPEAT_MS = 60_000
const WAIT_MS = 5_000
const LOOK_EVERY_MS = 100

export const box = sealing('login-attempts')
export const contextOf = (appId: string, idHash: string, part: string) => `${appId}/${idHash}/${part}`

export type NewAttempt = Pick<
  LoginAttemptRow,
  'kind' | 'provider' | 'redirect_uri' | 'code_challenge' | 'dispatch_id'
> & {
  /** What the answer will be checked with. */
  readonly secrets: object
}

/** Remember a login that leaves for another party. Answers the state by which it comes back within ten minutes. */
export async function beginAttempt(
  tx: Tx,
  deps: Deps,
  appId: string,
  attempt: NewAttempt & { readonly kind: keyof typeof STATE_PREFIX },
): Promise<string> {
  const { secret } = newSecret(STATE_PREFIX[attempt.kind], deps.random)
  await insertAttempt(tx, rowOf(deps, appId, secret, attempt, deps.now() + LIFETIME_MS))
  return secret
}

/** Remember what came back by its own name, where nothing of ours names it: whoever comes first finds it open. `expiresAt`: Unix ms. */
export async function nameAttempt(
  deps: Deps,
  appId: string,
  name: string,
  attempt: NewAttempt,
  expiresAt: number,
): Promise<void> {
  const row = rowOf(deps, appId, name, attempt, expiresAt)
  await deps.transact((tx) => insertAttempt(tx, row))
}

function rowOf(
  deps: Deps,
  appId: string,
  state: string,
  { secrets, ...columns }: NewAttempt,
  expiresAt: number,
): LoginAttemptRow {
  const idHash = hashSecret(state)
  return {
    app_id: appId,
    id_hash: idHash,
    ...columns,
    sealed: box.seal(deps, contextOf(appId, idHash, 'secrets'), JSON.stringify(secrets)),
    leased_until: null,
    outcome: null,
    finished_at: null,
    created_at: deps.now(),
    expires_at: expiresAt,
  }
}

/** The attempt that a state names, whatever became of it. */
export const findAttemptOf = (deps: Deps, appId: string, state: string): Promise<LoginAttemptRow | undefined> =>
  findAttempt(deps.db, appId, hashSecret(state))

export type Returned =
  | { kind: 'open'; attempt: LoginAttemptRow }
  /** It came back before, and the browser was sent on to `location`. */
  | { kind: 'finished'; attempt: LoginAttemptRow; location: string }
  /** It came back before, with another answer, which showed somebody: `location` is for whoever shows the same one, and for nobody else. */
  | { kind: 'finished_otherwise'; attempt: LoginAttemptRow; location: string; who: string }
  | { kind: 'unknown' }

/**
 * What came back: the state and what the other party's page sent along with it. The state alone is no proof of having come back: whoever began the
 * login knows it, and may have had somebody else go on with it.
 */
export interface Answered {
  readonly state: string
  readonly answer: string
}

/** What came of an attempt. `who`: the account at the other party that was shown; without, `location` holds nothing that is anybody's. */
export interface Outcome {
  readonly location: string
  readonly who?: string | undefined
}

/** Find the attempt that a state names, as long as it can be answered. */
export async function findReturned(deps: Deps, appId: string, { state, answer }: Answered): Promise<Returned> {
  const attempt = await findAttempt(deps.db, appId, hashSecret(state))
  if (!attempt) return { kind: 'unknown' }
  const now = deps.now()
  if (attempt.finished_at === null) return attempt.expires_at > now ? { kind: 'open', attempt } : { kind: 'unknown' }
  const outcome = openOutcome(deps, attempt)
  if (!outcome || now - attempt.finished_at >= REPEAT_MS) return { kind: 'unknown' }
  const { location, who } = outcome
  if (who === undefined || outcome.answer === hashOf(answer)) return { kind: 'finished', attempt, location }
  return { kind: 'finished_otherwise', attempt, location, who }
}

const hashOf = (answer: string) => encode(sha256(answer))

const outcomeShape = z.object({ answer: z.string(), location: z.string(), who: z.string().optional() })

/** `undefined` also for that of the release before. */
function openOutcome(deps: Deps, { app_id, id_hash, outcome }: LoginAttemptRow) {
  const opened = box.open(deps, contextOf(app_id, id_hash, 'answered'), outcome ?? '')
  return opened && outcomeShape.parse(JSON.parse(opened.toString('utf8')))
}

/** What the answer is to be checked with; undefined when it was sealed with another master key. */
export function openAttempt(deps: Deps, { app_id, id_hash, sealed }: LoginAttemptRow): unknown {
  const opened = box.open(deps, contextOf(app_id, id_hash, 'secrets'), sealed)
  return opened && JSON.parse(opened.toString('utf8'))
}

/**
 * End an attempt with where the browser goes on to. Of several callers at once one does the work; those with the same answer wait for what comes
 * of it, five seconds at most. Undefined when nothing came of it in time, or of another answer.
 */
export async function finishAttempt(
  deps: Deps,
  attempt: LoginAttemptRow,
  answer: string,
  work: () => Promise<Outcome>,
): Promise<string | undefined> {
  const { app_id, id_hash } = attempt
  const leasedUntil = deps.now() + LEASE_MS
  const leased = await deps.transact((tx) => consumeLease(tx, app_id, id_hash, leasedUntil, deps.now()))
  if (!leased) return await awaitOutcome(deps, attempt, answer)
  const { location, who } = await work()
  const text = JSON.stringify({ answer: hashOf(answer), location, who })
  const outcome = box.seal(deps, contextOf(app_id, id_hash, 'answered'), text)
  const finished = await deps.transact((tx) => consumeAttempt(tx, app_id, id_hash, leasedUntil, outcome, deps.now()))
  return finished ? location : await awaitOutcome(deps, attempt, answer)
}

async function awaitOutcome(
  deps: Deps,
  { app_id, id_hash }: LoginAttemptRow,
  answer: string,
): Promise<string | undefined> {
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_EVERY_MS) {
    const attempt = await findAttempt(deps.db, app_id, id_hash)
    const outcome = attempt && openOutcome(deps, attempt)
    if (outcome) return outcome.answer === hashOf(answer) ? outcome.location : undefined
    await pause(LOOK_EVERY_MS)
  }
  return undefined
}
