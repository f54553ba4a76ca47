import { hashSecret } from '../../crypto/opaque-token.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import { countryOf } from '../identifiers/identifier.ts'
import { countUp } from '../rollups/count.ts'
import { type Asker, findAsker, rememberPlace, subjectOf } from './asker.ts'
import { giveTakingsBack, readTakings } from './budgets.ts'
import { admitGuess, forgiveGuess } from './guesses.ts'
import { isTheCode } from './sent-code.ts'
import {
  consumeAttempt,
  consumeGroup,
  consumeVerification,
  findVerification,
  giveAttemptBack,
  lockVerification,
  type VerificationKey,
} from './store.ts'
import type { VerificationRow } from './tables.ts'
import { channelOf, MAX_ATTEMPTS } from './verification.ts'

export type CheckOutcome =
  | { kind: 'verified'; verification: VerificationRow }
  /** The right code, again. */
  | { kind: 'reused'; verification: VerificationRow }
  | { kind: 'wrong' }
  /** Not judged, because no attempt is left or the code has another size: to be answered like a wrong one. */
  | { kind: 'unjudged' }
  /** There is no such verification, or its time is up. */
  | { kind: 'ended' }
  /** Too many were wrong, of this recipient or from this network. */
  | { kind: 'limited' }

/** What a code is tried against: the verifications of a client, the youngest first, or that of a challenge. */
export type TriedBy = { readonly tokens: readonly string[] } | { readonly challengeJti: string }

/** A code, as far as it has been judged yet. */
interface Try {
  readonly row: VerificationRow
  readonly asker: Asker
}

/**
 * Try a code. Each wrong try costs an attempt, even after the right code won; the right code wins once, and costs none. Of a client's several
 * verifications each is tried, and a wrong code costs each an attempt: nobody has more guesses by naming them together.
 */
export async function checkVerification(
  tx: Tx,
  deps: Deps,
  app: Application,
  by: TriedBy,
  { code, ip }: { code: string; ip: string },
): Promise<CheckOutcome> {
  const keys: VerificationKey[] = 'tokens' in by ? by.tokens.map((token) => ({ tokenHash: hashSecret(token) })) : [by]
  const attempted = await attempt(tx, deps, app, keys, code)
  if (attempted.length === 0) return await lookOver(tx, deps, app.id, keys)
  const admitted = await admit(tx, deps, app, attempted, ip)
  const [first] = admitted
  if (!first) return { kind: 'limited' }
  const right = choose(deps, keys, admitted, code)
  if (!right) {
    await countTry(deps, app.id, first.row, 'wrong')
    return { kind: 'wrong' }
  }
  for (const one of admitted) {
    await giveAttemptBack(tx, app.id, one.row.id)
    await forgiveGuess(tx, app, one.asker, one.row.code_size, deps.now())
  }
  return await win(tx, deps, app.id, right.row)
}

/**
 * Count an attempt of each, before it is judged: whoever asks at the same time waits for the rows, all in the same order, and for the first of
 * those that were sent one code before any other of them.
 */
async function attempt(tx: Tx, deps: Deps, { id }: Application, keys: readonly VerificationKey[], code: string) {
  const groups: string[] = []
  for (const key of keys) groups.push((await findVerification(tx, id, key))?.code_group ?? '')
  for (const first of groups.filter((group) => group !== '').sort()) await lockVerification(tx, id, first)
  const attempted: VerificationRow[] = []
  for (const key of keys.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))) {
    const row = await consumeAttempt(tx, id, key, { codeSize: code.length, max: MAX_ATTEMPTS }, deps.now())
    if (row) attempted.push(row)
  }
  return attempted
}

/** Why there was nothing to try. A code that a step-up asked for is tried by its challenge alone. */
async function lookOver(tx: Tx, deps: Deps, appId: string, keys: readonly VerificationKey[]): Promise<CheckOutcome> {
  for (const key of keys) {
    const row = await findVerification(tx, appId, key)
    const mayTry = row && (row.challenge_jti === null || row.link !== null || 'challengeJti' in key)
    if (mayTry && row.expires_at > deps.now()) return { kind: 'unjudged' }
  }
  return { kind: 'ended' }
}

/** Those that limits let be judged; the others cost no attempt. */
async function admit(tx: Tx, deps: Deps, app: Application, attempted: readonly VerificationRow[], ip: string) {
  const admitted: Try[] = []
  for (const row of attempted.toSorted((one, other) => (subjectOf(one) < subjectOf(other) ? -1 : 1))) {
    const { type, value } = row
    const asker = await findAsker(tx, deps, app.id, { identifier: { type, value }, ip })
    if (await admitGuess(tx, app, asker, row.code_size, deps.now())) admitted.push({ row, asker })
    else await giveAttemptBack(tx, app.id, row.id)
  }
  return admitted
}

/** The verification that a code is right for: of several, the youngest. */
function choose(deps: Deps, keys: readonly VerificationKey[], admitted: readonly Try[], code: string) {
  const age = ({ row }: Try) => keys.findIndex((key) => 'tokenHash' in key && key.tokenHash === row.token_hash)
  const right = admitted.filter(({ row }) => isTheCode(deps, row, code) && row.silent !== 1)
  return right.toSorted((one, other) => age(one) - age(other))[0]
}

async function win(tx: Tx, deps: Deps, appId: string, row: VerificationRow): Promise<CheckOutcome> {
  const now = deps.now()
  const won = await consumeVerification(tx, appId, row.id, now, now + REPEAT_MS)
  if (won && row.code_group !== null) await consumeGroup(tx, appId, row.code_group, now)
  return { kind: won ? 'verified' : 'reused', verification: row }
}

/** A right code has done its work: what its messages took is given back, and where it was entered is known from now on. */
export async function noteEntered(tx: Tx, deps: Deps, appId: string, row: VerificationRow, ip: string): Promise<void> {
  const { type, value } = row
  await countTry(deps, appId, row, 'entered')
  await giveTakingsBack(tx, appId, readTakings(row))
  await rememberPlace(tx, deps, appId, { identifier: { type, value }, ip })
}

/** Count what became of a code, of nobody's too. */
async function countTry(deps: Deps, appId: string, row: VerificationRow, outcome: 'entered' | 'wrong'): Promise<void> {
  const country = await countryOf(row)
  countUp(deps, appId, 'code', { channel: channelOf(row.type), outcome, ...(country !== undefined && { country }) })
}
