import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeTables } from '../../src/core/challenges/tables.ts'
import { consumeGrant, insertGrants } from '../../src/core/grants/store.ts'
import type { GrantTables } from '../../src/core/grants/tables.ts'
import { findOwner } from '../../src/core/identifiers/store.ts'
import type { StepUpTables } from '../../src/core/step-up/tables.ts'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../builders.ts'
import {
  bank,
  boundProof,
  CHECK,
  CONTINUE,
  challenged,
  configOf,
  configure,
  configureWith,
  direct,
  managed,
  outside,
  sendCode,
  step,
} from '../house/step-up.ts'
import { CALLERS, postAtOnce, presentations, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [first] = servers
const db = first.deps.db

async function grantsOf(app: TestApp) {
  return await db.withTables<GrantTables>().selectFrom('grants').selectAll().where('app_id', '=', app.id).execute()
}

async function usedBy(app: TestApp, jti: unknown): Promise<number> {
  const rows = await db
    .withTables<ChallengeTables>()
    .selectFrom('consumed_challenges')
    .select('jti')
    .where('app_id', '=', app.id)
    .where('jti', '=', String(jti))
    .execute()
  return rows.length
}

for (const mode of ['single-use', 'session-bound', 'profile-bound']) {
  test(`of sixteen refreshes with one step-up token one makes the ${mode} grant, and all carry it in tokens of one jti`, async () => {
    const app = await application(first)
    await configure(app, direct('pay', { status: 'continue', grant_mode: mode }))
    const client = await login(first, app, await user(first, app, { email: 'ana@example.com' }))
    const token = await challenged(app, client, 'pay')
    const headers = await presentations(app, client, REFRESH)
    const answers = await postAtOnce(servers, app, REFRESH, headers, { step_up_token: token })
    assert.deepEqual(tally(answers), { 200: CALLERS })
    const claims = answers.map(({ body }) => claimsOf(body.access_token))
    assert.deepEqual([...new Set(claims.map(({ scope }) => scope))], ['pay'])
    assert.deepEqual([...new Set(claims.map(({ jti }) => jti))], [claimsOf(token).jti])
    assert.equal((await grantsOf(app)).length, 1)
  })
}

test('of sixteen who use up one grant one wins', async () => {
  const app = await application(first)
  const expires_at = first.deps.now() + 60_000
  const held = { app_id: app.id, user_id: 'usr_1', session_id: 'ses_1', jti: '', scope: 'pay', expires_at }
  await first.deps.transact((tx) => insertGrants(tx, first.deps, [held]))
  const holder = { userId: 'usr_1', sessionId: 'ses_1', jti: 'jti_1' }
  const outcomes = await race((i) => {
    const { deps } = servers[i % 2] ?? first
    return deps.transact((tx) => consumeGrant(tx, app.id, holder, 'pay', deps.now()))
  })
  assert.equal(outcomes.filter((won) => won).length, 1)
})

async function approving() {
  const app = await application(first)
  const backend = await bank(first)
  await configureWith(app, configOf([direct('pay', { steps: [step('approve')] })], { jwks_url: backend.jwksUrl }))
  for (const server of servers) outside(server, backend)
  return { app, backend, client: await login(first, app, await user(first, app, { email: 'ana@example.com' })) }
}

async function tokensUsed(app: TestApp) {
  const tables = db.withTables<StepUpTables>()
  return await tables.selectFrom('used_verification_tokens').selectAll().where('app_id', '=', app.id).execute()
}

test('of sixteen who continue one challenge with one verification token one advances it, and all get the same next token', async () => {
  const { app, backend, client } = await approving()
  const token = await challenged(app, client, 'pay')
  const body = { challenge_token: token, verification_token: await backend.sign(token) }
  const headers = await race(() => boundProof(app, client, CONTINUE, token))
  const answers = await postAtOnce(servers, app, CONTINUE, headers, body)
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.equal(new Set(answers.map((answer) => answer.body.challenge_token)).size, 1)
  assert.equal(await usedBy(app, claimsOf(token).jti), 1)
  assert.equal((await tokensUsed(app)).length, 1)
})

test('a verification token’s jti that is tried on two challenges at once advances one of them', async () => {
  for (let round = 0; round < 6; round++) {
    const { app, backend, client } = await approving()
    const tokens = [await challenged(app, client, 'pay'), await challenged(app, client, 'pay')]
    const asked = tokens.map(async (token) => {
      const body = { challenge_token: token, verification_token: await backend.sign(token, { jti: 'approval' }) }
      const headers = await Promise.all(Array.from({ length: 8 }, () => boundProof(app, client, CONTINUE, token)))
      return await postAtOnce(servers, app, CONTINUE, headers, body)
    })
    const answers = await Promise.all(asked)
    const tallies = answers.map(tally).sort((a) => (a[200] ? -1 : 1))
    assert.deepEqual(tallies, [{ 200: 8 }, { '400 invalid_verification_token': 8 }])
    const used = await Promise.all(tokens.map((token) => usedBy(app, claimsOf(token).jti)))
    assert.deepEqual(used.sort(), [0, 1])
  }
})

test('of sixteen right codes for one step one advances the challenge, and all get the same next token', async () => {
  const app = await application(first)
  await configure(app, direct('pay'))
  const client = await login(first, app, await user(first, app, { email: 'ana@example.com' }))
  const token = await challenged(app, client, 'pay')
  const { code } = await sendCode(first, app, token)
  const headers = await race(() => boundProof(app, client, CHECK, token))
  const answers = await postAtOnce(servers, app, CHECK, headers, { code, challenge_token: token })
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.equal(new Set(answers.map((answer) => answer.body.challenge_token)).size, 1)
  assert.equal(await usedBy(app, claimsOf(token).jti), 1)
})

test('of sixteen users who register one address at once one owns it', async () => {
  const app = await application(first)
  await configure(app, managed('prld:email:register'))
  const settings = { settings: { otp: { starts_per_identifier: 100 } } }
  assert.equal((await app.manage('/settings', { method: 'PATCH', body: settings })).status, 200)
  const identifier = { type: 'email_address', value: 'wanted@example.com' } as const
  const attempts = []
  for (let i = 0; i < CALLERS; i++) {
    const client = await login(first, app, await user(first, app, { email: `user${i}@example.com` }))
    const metadata = { identifier: identifier.value }
    const token = await challenged(app, client, 'prld:email:register', { metadata })
    attempts.push({ client, token, code: (await sendCode(first, app, token)).code })
  }
  const headers = await Promise.all(attempts.map(({ client, token }) => boundProof(app, client, CHECK, token)))
  const answers = await Promise.all(
    attempts.map(async ({ token, code }, i) => {
      const server = servers[i % 2] ?? first
      const [answer] = await postAtOnce([server], app, CHECK, [headers[i] ?? {}], { code, challenge_token: token })
      assert.ok(answer)
      return answer
    }),
  )
  assert.deepEqual(tally(answers), { 200: 1, '409 identifier_already_exists': CALLERS - 1 })
  const winner = attempts[answers.findIndex(({ status }) => status === 200)]
  assert.equal(await findOwner(db, app.id, identifier), winner?.client.userId)
})
