import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { claimDatabase } from '../../src/core/master-key/canary.ts'
import {
  application,
  challengeToken,
  dpopKey,
  FINALIZE,
  login,
  REFRESH,
  send,
  sentCode,
  through,
  user,
} from '../builders.ts'
import { checkWith, NEW, startWith, tokenOf } from '../house/codes.ts'
import { freshDatabase, type World, world } from '../world.ts'
import { CALLERS, postAtOnce, presentations, race, tally } from './contenders.ts'

test('of sixteen processes that begin an empty database with a master key each, one may go on', async () => {
  const databaseUrl = await freshDatabase('postgres')
  const keys = Array.from({ length: CALLERS / 4 }, () => new Uint8Array(randomBytes(32)))
  const worlds = await Promise.all(keys.map((masterKey) => world('postgres', { databaseUrl, config: { masterKey } })))
  const answers = await race((i) => claimDatabase((worlds[i % worlds.length] ?? worlds[0])?.deps as never))
  const winners = new Set(answers.flatMap((isOurs, i) => (isOurs ? [i % worlds.length] : [])))
  assert.equal(winners.size, 1)
  assert.equal(answers.filter(Boolean).length, CALLERS / worlds.length, 'all processes of the key that won go on')
})

/** Two processes in the middle of a rotation: what one issues under one key, the other issues under another. */
async function betweenKeys(): Promise<readonly [World, World]> {
  const databaseUrl = await freshDatabase('postgres')
  const [old, next] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const before = await world('postgres', { databaseUrl, config: { masterKey: old, previousMasterKeys: [next] } })
  assert.equal(await claimDatabase(before.deps), true)
  const after = await world('postgres', { databaseUrl, config: { masterKey: next, previousMasterKeys: [old] } })
  assert.equal(await claimDatabase(after.deps), true)
  return [before, after]
}

const servers = await betweenKeys()
const [first] = servers
const server = (i: number): World => servers[i % 2] ?? first
/** Each asks from a network of its own. */
const from = (i: number) => ({ 'x-forwarded-for': `198.51.${i}.1` })

test('under two master keys, of sixteen checks with the right code one gets the challenge token', async () => {
  const app = await application(first)
  const token = tokenOf(await startWith(app, NEW, 'ada@example.com'))
  const code = await sentCode(first, app, 'ada@example.com')
  const answers = await race((i) => checkWith(through(server(i), app), NEW, token, code, from(i)))
  assert.deepEqual(tally(answers), { 200: 1, '409 token_reused': CALLERS - 1 })
})

test('under two master keys, of sixteen finalizations of one challenge token by sixteen keys one wins', async () => {
  const app = await application(first, { settings: { finalize: { failures_per_ip: 1_000 } } })
  const token = await challengeToken(first, app, await user(first, app))
  const headers = await race(async () => ({ dpop: await (await dpopKey(first)).proof(`${app.origin}${FINALIZE}`) }))
  const answers = await postAtOnce(servers, app, FINALIZE, headers, { challenge_token: token })
  assert.deepEqual(tally(answers), { 200: 1, '409 token_reused': CALLERS - 1 })
})

test('under two master keys, sixteen requests with one idempotency key create once, and all get the one answer', async () => {
  const app = await application(first)
  const answers = await race((i) =>
    send(server(i), `/v2/session/apps/${app.id}/users`, {
      method: 'POST',
      body: { identifiers: [{ type: 'email_address', value: 'ana@example.com' }] },
      headers: { authorization: `Bearer ${app.managementKey}`, 'idempotency-key': 'k' },
    }),
  )
  assert.deepEqual(tally(answers), { 201: CALLERS })
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
  assert.equal((await app.manage('/users')).body.users.length, 1)
})

test('under two master keys, sixteen refreshes with one token move its session once, and all go on', async () => {
  const app = await application(first)
  const client = await login(first, app, await user(first, app))
  const answers = await postAtOnce(servers, app, REFRESH, await presentations(app, client, REFRESH))
  assert.deepEqual(tally(answers), { 200: CALLERS })
  const tokens = new Set(answers.map((answer) => answer.headers.get('x-refresh-token')))
  assert.equal(tokens.size, 2, 'one text under each key')
  for (const token of tokens) {
    client.refreshToken = token ?? ''
    assert.equal((await client.post(REFRESH)).status, 200)
  }
})
