import assert from 'node:assert/strict'
import type { SessionRow } from '../../src/core/sessions/tables.ts'
import { type Client, type DpopKey, dpopKey, login, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import type { World } from '../world.ts'

export const GRACE_SECONDS = 10
export const UNUSED_SECONDS = 30
export const IDLE_SECONDS = 600
export const LIFETIME_SECONDS = 3000
export const ACCESS_TOKEN_SECONDS = 60

export interface Setting {
  readonly w: World
  readonly app: TestApp
  readonly carrier: 'header' | 'cookie'
}

/** What a session is, as far as its answers tell. Times in Unix ms. */
export interface Model {
  now: number
  row: Row
  /** The row as it was when the last backup was made. */
  saved: Row | undefined
  /** Counters of the tokens the client has received, in the order it did; the last is the one it holds. */
  received: number[]
  accessExpiresAt: number
  /** Sessions of this run that were revoked, oldest first, by their reasons. */
  revocations: string[]
}

export interface Row {
  counter: number
  movedAt: number
  /** The `iat` of the proof that moved it, Unix ms; null without one. */
  provenAt: number | null
  idleExpiresAt: number
  expiresAt: number
  ended: boolean
}

/** The session at the server. */
export interface Real extends Setting {
  client: Client
  readonly thief: DpopKey
  /** Refresh tokens by their counter. */
  tokens: Map<number, string>
  /** The stored row as it was when the last backup was made. */
  saved: SessionRow | undefined
  /** Sessions of this run. */
  readonly sessionIds: Set<string>
}

export const isLive = ({ row, now }: Pick<Model, 'row' | 'now'>): boolean =>
  !row.ended && now < row.expiresAt && now < row.idleExpiresAt

/** What is to be answered to a refresh token with one of the session's counters. */
export type Prediction = { status: 200; counter: number } | { status: 401; code: string; ends: boolean }

export type KeyUsed = 'own' | 'other' | 'none'

export const isWrongKey = (carrier: Setting['carrier'], key: KeyUsed) => carrier === 'header' && key !== 'own'

export const wrongKeyCode = (key: KeyUsed) => (key === 'none' ? 'missing_dpop_proof' : 'dpop_key_mismatch')

export function predictRefresh(
  model: Model,
  carrier: Setting['carrier'],
  presented: number,
  key: KeyUsed,
  provenAt: number,
): Prediction {
  const { row, now } = model
  if (!isLive(model)) return { status: 401, code: 'unauthorized', ends: false }
  if (isWrongKey(carrier, key)) return { status: 401, code: wrongKeyCode(key), ends: false }
  if (presented >= row.counter) return { status: 200, counter: presented + 1 }
  const repeated = { status: 200, counter: row.counter } as const
  const refused = (ends: boolean) => ({ status: 401, code: 'unauthorized', ends }) as const
  const behind = row.counter - presented
  if (carrier === 'cookie') return behind === 1 && now - row.movedAt <= UNUSED_SECONDS * 1000 ? repeated : refused(true)
  const sideBySideMs = behind === 1 ? 5_000 : 0
  if (row.provenAt !== null && provenAt < row.provenAt - sideBySideMs) return refused(false)
  return behind <= 10 ? repeated : refused(true)
}

/** A new user's session, and the model of it. */
export async function newSession(setting: Setting): Promise<{ model: Model; real: Real }> {
  const { w } = setting
  const now = w.deps.now()
  const real = { ...setting, thief: await dpopKey(w), sessionIds: new Set<string>() } as Real
  const model = { now, revocations: [] as string[] } as Model
  await startOver(model, real)
  return { model, real }
}

/** Log in anew: from here on it is about this session. */
export async function startOver(model: Model, real: Real): Promise<void> {
  const { w, app, carrier } = real
  real.client = await login(w, app, await user(w, app), carrier)
  real.tokens = new Map([[0, real.client.refreshToken]])
  real.sessionIds.add(real.client.sessionId)
  const { now } = model
  Object.assign(model, {
    row: {
      counter: 0,
      movedAt: now,
      provenAt: null,
      idleExpiresAt: now + IDLE_SECONDS * 1000,
      expiresAt: now + LIFETIME_SECONDS * 1000,
      ended: false,
    },
    saved: undefined,
    received: [0],
    accessExpiresAt: now + ACCESS_TOKEN_SECONDS * 1000,
  })
}

/** Every revocation has its event, and there is none without. */
export async function checkEvents({ model, real }: { model: Model; real: Real }): Promise<void> {
  const events = await eventsOf(real.w, real.app, 'user.session.revoked')
  const reasons = events.filter((event) => real.sessionIds.has(event.session_id as string)).map((event) => event.reason)
  assert.deepEqual(reasons.toSorted(), model.revocations.toSorted())
}
