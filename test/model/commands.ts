import assert from 'node:assert/strict'
import type { AsyncCommand } from 'fast-check'
import type { SessionRow, SessionTables } from '../../src/core/sessions/tables.ts'
import { type Answer, claimsOf, credentials, REFRESH, REVOKE, refreshTokenOf } from '../builders.ts'
import {
  ACCESS_TOKEN_SECONDS,
  IDLE_SECONDS,
  isLive,
  type KeyUsed,
  type Model,
  predictRefresh,
  type Real,
  startOver,
} from './session.ts'

type Step = AsyncCommand<Model, Real>

/** A step; without `check` it can always be taken. Afterwards the stored row is what the model says. */
const step = (name: string, run: Step['run'], check: (model: Readonly<Model>) => boolean = () => true): Step => ({
  check,
  async run(model, real) {
    await run(model, real)
    await checkRow(model, real)
  },
  toString: () => name,
})

async function checkRow({ row }: Model, real: Real): Promise<void> {
  const stored = await readRow(real)
  assert.deepEqual(
    {
      counter: stored.counter,
      movedAt: stored.last_seen_at,
      provenAt: stored.proof_issued_at,
      idleExpiresAt: stored.idle_expires_at,
      expiresAt: stored.expires_at,
      ended: stored.ended_at !== null,
    },
    row,
  )
}

const readRow = ({ w, app, client }: Real): Promise<SessionRow> =>
  w.deps.db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .selectAll()
    .where('app_id', '=', app.id)
    .where('id', '=', client.sessionId)
    .executeTakeFirstOrThrow()

/** POST with the token that the client received `back` answers ago. */
async function present(model: Model, real: Real, path: string, back: number, key: KeyUsed, lateMs = 0) {
  const { app, client, tokens, thief } = real
  const counter = model.received.at(-1 - back) ?? 0
  const headers = await credentials(app, { ...client, refreshToken: tokens.get(counter) ?? '' }, path)
  const provenAt = Math.floor((model.now - lateMs) / 1000) * 1000
  const by = key === 'other' ? thief : client.key
  const claims = { iat: provenAt / 1000 }
  if (key === 'none') delete headers.dpop
  else if (by) headers.dpop = await by.proof(`${app.origin}${path}`, { claims })
  const isProven = headers.dpop !== undefined
  return { counter, provenAt, isProven, answer: await app.call(path, { method: 'POST', headers }) }
}

interface Refresh {
  readonly back: number
  readonly key: KeyUsed
  readonly lost: boolean
  /** How long the request was under way. */
  readonly lateMs: number
}

/** Refresh, with any of the tokens received and any key; a `lost` answer never reaches the client. */
export const refresh = ({ back, key, lost, lateMs }: Refresh): Step =>
  step(`refresh(${back} back, key ${key}, ${lateMs} ms late${lost ? ', answer lost' : ''})`, async (model, real) => {
    const { counter, provenAt, isProven, answer } = await present(model, real, REFRESH, back, key, lateMs)
    const predicted = predictRefresh(model, real.carrier, counter, key, provenAt)
    assert.equal(answer.status, predicted.status, JSON.stringify(answer.body))
    if (predicted.status === 401) {
      assert.equal(answer.body.code, predicted.code)
      assert.equal(refreshTokenOf(answer), undefined, 'a refusal takes no token away')
      if (predicted.ends) end(model, 'refresh_token_reused')
      return
    }
    if (predicted.counter !== model.row.counter) {
      const idleExpiresAt = model.now + IDLE_SECONDS * 1000
      const moved = { counter: predicted.counter, movedAt: model.now, provenAt: isProven ? provenAt : null }
      Object.assign(model.row, { ...moved, idleExpiresAt })
    }
    checkTokens(model, real, answer)
    if (lost) return
    real.client.accessToken = answer.body.access_token
    model.accessExpiresAt = model.now + ACCESS_TOKEN_SECONDS * 1000
    if (model.received.at(-1) !== predicted.counter) model.received.push(predicted.counter)
  })

function end(model: Model, reason: string): void {
  model.row.ended = true
  model.revocations.push(reason)
}

/** The answer carries the token of the row's counter: the same text whenever it is that counter, another than of any other. */
function checkTokens({ row, now }: Model, { carrier, client, tokens }: Real, answer: Answer): void {
  const token = refreshTokenOf(answer) ?? ''
  const known = [...tokens].find(([, text]) => text === token)?.[0]
  assert.equal(tokens.get(row.counter) ?? token, token)
  assert.equal(known ?? row.counter, row.counter)
  tokens.set(row.counter, token)
  const expiresAt = Math.min(row.idleExpiresAt, row.expiresAt)
  if (carrier === 'header') {
    assert.equal(
      Date.parse(answer.headers.get('x-refresh-token-expires-at') ?? ''),
      Math.floor(expiresAt / 1000) * 1000,
    )
  } else {
    assert.match(answer.headers.getSetCookie().join(), new RegExp(`Max-Age=${Math.ceil((expiresAt - now) / 1000)};`))
  }
  assert.equal(claimsOf(answer.body.access_token).sid, client.sessionId)
}

/** Log out, with any of the tokens received and any key. */
export const revoke = ({ back, key }: { back: number; key: KeyUsed }): Step =>
  step(`revoke(${back} back, key ${key})`, async (model, real) => {
    const { answer } = await present(model, real, REVOKE, back, key)
    assert.equal(answer.status, 204)
    assert.equal(refreshTokenOf(answer), real.carrier === 'cookie' ? '' : undefined)
    if (isLive(model)) end(model, 'logged_out')
  })

/** Call with the access token, which is good as long as it and its session live. */
export const bearer = (): Step =>
  step('call with the access token', async (model, real) => {
    const answer = await real.client.bearer('/v1/session/me/list')
    assert.equal(answer.status, isLive(model) && model.now < model.accessExpiresAt ? 200 : 401)
  })

export const pass = (ms: number): Step =>
  step(`${ms} ms pass`, async (model, real) => {
    real.w.advance(ms)
    model.now += ms
  })

/** Make a backup of the row, as it stands in the database. */
export const backup = (): Step =>
  step('backup', async (model, real) => {
    model.saved = { ...model.row }
    real.saved = await readRow(real)
  })

/** Put the backup back. */
export const restore = (): Step => {
  const run: Step['run'] = async (model, { w, app, client, saved }) => {
    assert.ok(model.saved && saved)
    model.row = { ...model.saved }
    await w.deps.transact(async (tx) => {
      await tx
        .withTables<SessionTables>()
        .updateTable('sessions')
        .set(saved)
        .where('app_id', '=', app.id)
        .where('id', '=', client.sessionId)
        .execute()
    })
  }
  return step('restore', run, (model) => model.saved !== undefined)
}

/** Log in anew, once the session is over. */
export const login = (): Step => step('log in', startOver, (model) => !isLive(model))
