import { encode } from '../../crypto/base64url.ts'
import { hmacSha256 } from '../../crypto/hash.ts'
import { pause } from '../clock.ts'
import { withMark } from '../db-context.ts'
import { reportTrouble } from '../db-trouble.ts'
import type { Deps } from '../deps.ts'
import { Failed, type Refusal } from '../failure.ts'
import { kept } from '../kept-keys.ts'
import { sealing } from '../key-set.ts'
import { decideRepeat } from './decide.ts'
import { idempotencyFailure } from './key.ts'
import {
  deleteRequest,
  findRequest,
  type IdempotencyRow,
  insertRequest,
  markEffect,
  putAnswer,
  type RequestName,
  swapRequest,
} from './store.ts'

const KEPT_MS = 86_400_000
/** How long a repeat waits for the first answer, look by look: about a second in all. */
const LOOK_AFTER_MS = [0, 25, 50, 100, 200, 300, 400]

/** An answer in JSON, of success or of a failure. */
export interface Said {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface NamedRequest {
  /** Empty: of the whole instance. */
  readonly appId: string
  readonly operationId: string
  /** By what the caller is known: nobody is given the answer of another one, which may hold what only that one was allowed. */
  readonly caller: string
  readonly key: string
  /** Everything by which two requests differ. */
  readonly content: unknown
}

const nameKey = kept('idempotency-names')
export const answerBox = sealing('idempotency-answers')

type Refusing = { readonly refusal: Refusal }

const REUSED: Refusing = { refusal: { failure: idempotencyFailure.idempotency_key_reused } }
const IN_USE: Refusing = {
  refusal: { failure: idempotencyFailure.idempotency_key_in_use, headers: { 'retry-after': '1' } },
}
const LOST: Refusing = {
  refusal: {
    failure: idempotencyFailure.idempotency_key_in_use,
    message:
      'The first request with this Idempotency-Key was carried out, and its answer is lost. Look whether what it creates is there; then use a new key.',
  },
}

/**
 * Act on the first request of a key, and answer each repeat within a day as the first was answered. A row says that somebody is at it before
 * anything is done. Whatever is committed on the way marks that row in the same transaction, and only who holds the row can: so there is one
 * effect, also when a process stops in the middle or comes back late. What a dead process has committed without having said so is not done
 * again; the answer to its repeats is 409.
 */
export async function answerOnce(
  deps: Deps,
  request: NamedRequest,
  act: () => Promise<Said>,
): Promise<Said | Refusing> {
  const { name, requestHash } = namesOf(deps, request)
  for (const waitMs of LOOK_AFTER_MS) {
    if (waitMs > 0) await pause(waitMs)
    const now = deps.now()
    const row = await findRequest(deps.db, name)
    const decision = decideRepeat(row, requestHash, now)
    if (decision === 'reused') return REUSED
    if (decision === 'kept' && row) return openAnswer(deps, row) ?? LOST
    if (decision === 'lost') return LOST
    if (decision === 'wait') continue
    const mine = newRow(deps, name, requestHash, now)
    if (await deps.transact((tx) => (row ? swapRequest(tx, row, mine) : insertRequest(tx, mine))))
      return await actAs(deps, mine, act)
  }
  return IN_USE
}

function namesOf(
  deps: Deps,
  { appId, operationId, caller, key, content }: NamedRequest,
): { name: RequestName; requestHash: string } {
  const hash = (value: unknown) => encode(hmacSha256(nameKey(deps), JSON.stringify(value)))
  const name = { app_id: appId, operation: operationId, key_hash: hash([appId, operationId, caller, key]) }
  return { name, requestHash: hash([appId, operationId, content]) }
}

const newRow = (deps: Deps, name: RequestName, requestHash: string, now: number): IdempotencyRow => ({
  ...name,
  request_hash: requestHash,
  attempt: encode(deps.random(16)),
  begun_at: now,
  effect_at: null,
  status: null,
  answer: null,
  expires_at: now + KEPT_MS,
})

/** Whoever was overtaken, after a minute: what they were about to commit is rolled back. */
const overtaken = () => new Failed(IN_USE.refusal)

async function actAs(deps: Deps, mine: IdempotencyRow, act: () => Promise<Said>): Promise<Said> {
  try {
    const said = await withMark(async (tx) => {
      if (!(await markEffect(tx, mine, deps.now()))) throw overtaken()
    }, act)
    await (isKept(said) ? keep(deps, mine, said) : forget(deps, mine))
    return said
  } catch (thrown) {
    await forget(deps, mine)
    throw thrown
  }
}

/** Where it fails, the next one waits until the attempt is too old. */
const forget = (deps: Deps, mine: IdempotencyRow): Promise<void> =>
  deps.transact((tx) => deleteRequest(tx, mine)).catch(reportTrouble(deps))

/** What may be otherwise a moment later, or was no request at all, is asked for anew. */
const isKept = ({ status, body }: Said): boolean =>
  status < 500 && status !== 429 && (body as { code?: string } | undefined)?.code !== 'invalid_request'

/** What was done is told, also when it cannot be kept: the next one hears that the answer is lost. */
async function keep(deps: Deps, mine: IdempotencyRow, { status, body, headers }: Said): Promise<void> {
  const answer = answerBox.seal(deps, contextOf(mine), JSON.stringify({ body, headers }))
  try {
    await deps.transact((tx) => putAnswer(tx, mine, status, answer))
  } catch (error) {
    deps.log.error({ err: error, operation: mine.operation }, 'an answer could not be kept for its Idempotency-Key')
  }
}

function openAnswer(deps: Deps, row: IdempotencyRow): Said | undefined {
  const opened = answerBox.open(deps, contextOf(row), row.answer ?? '')
  return opened && { ...JSON.parse(opened.toString()), status: Number(row.status) }
}

export const contextOf = ({ app_id, operation, key_hash }: RequestName) =>
  `idempotency/${app_id}/${operation}/${key_hash}`
