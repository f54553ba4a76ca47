import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { ChallengeTables } from '../../src/core/challenges/tables.ts'
import { consumeGrant, insertGrants } from '../../src/core/grants/store.ts'
import type { GrantTables } from '../../src/core/grants/tables.ts'
import { findOwner } from '../../src/core/identifiers/store/holders.ts'
import { deletePasskeyRows } from '../../src/core/passkeys/store/passkeys.ts'
import { endSessions } from '../../src/core/sessions/end.ts'
import type { StepUpTables } from '../../src/core/step-up/tables.ts'
import { findUserForUpdate } from '../../src/core/users/store.ts'
import type { Tx } from '../../src/platform/db.ts'
import { type Answer, application, claimsOf, login, REFRESH, type TestApp, user } from '../builders.ts'
import { passkeyRow, signedIn, withPasskey, withPasskeys } from '../house/passkeys.ts'
import { eventsOf } from '../house/rows.ts'
import {
  bank,
  boundProof,
  CHECK,
  CONTINUE,
  challenged,
  configOf,
  configure,
  configureWith,
  continueByPasskey,
  direct,
  managed,
  outside,
  requestScope,
  sendCode,
  step,
} from '../house/step-up.ts'
import { CALLERS, postAtOnce, presentations, race, somebodyWaits, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [first, second] = servers
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

/** An application that takes a passkey for paying, before a code if `keys` say so, and a user with a key that counts. */
async function payingByPasskey(...keys: readonly string[]) {
  const it = await withPasskeys(first)
  const steps = ['verify_passkey', ...keys].map((key, i) => step(key, i + 1))
  await configure(it.app, direct('pay', { steps }))
  const client = await signedIn(it, { email: 'ana@example.com' })
  const one = await withPasskey(it, client, { counter: 10 })
  const asked = async () => (await requestScope(it.app, client, 'pay')).body
  return { it, app: it.app, client, one, asked }
}

for (const [what, keys, isSame] of [
  ['the same answer', [], true],
  ['the same answer, with a step to go', ['verify_email'], true],
  ['as many answers of one authenticator', [], false],
] as const) {
  test(`of sixteen who do one step by a passkey (${what}) one advances the challenge, all get the same next token, and nobody speaks of a copy`, async () => {
    const { it, app, client, one, asked } = await payingByPasskey(...keys)
    const { challenge_token: token, public_key_credential_request_options: options } = await asked()
    const same = one.assert(options)
    const answers = await race(async (i) => {
      const body = { challenge_token: token, passkey_assertion: isSame ? same : one.assert(options) }
      const [answer] = await postAtOnce(
        [servers[i % 2] ?? first],
        app,
        CONTINUE,
        [await boundProof(app, client, CONTINUE, token)],
        body,
      )
      return answer as Answer
    })
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.equal(new Set(answers.map(({ body }) => body.challenge_token)).size, 1)
    assert.equal(await usedBy(app, claimsOf(token).jti), 1)
    assert.equal((await grantsOf(app)).filter(({ scope }) => scope === 'pay').length, keys.length === 0 ? 1 : 0)
    assert.deepEqual(await eventsOf(first, app, 'user.passkey.regressed'), [])
    if (isSame) assert.equal((await passkeyRow(it, client, one.id)).sign_count, 12)
  })
}

test('of sixteen copies of a key that show the same count, each for a step of its own, one does it', async () => {
  for (let round = 0; round < 2; round++) {
    const { app, client, one, asked } = await payingByPasskey()
    const steps = await race(asked)
    const answers = await race(async (i) => {
      const { challenge_token: token, public_key_credential_request_options: options } = steps[i]
      const body = { challenge_token: token, passkey_assertion: one.assert(options, { counter: 12 }) }
      const [answer] = await postAtOnce(
        [servers[i % 2] ?? first],
        app,
        CONTINUE,
        [await boundProof(app, client, CONTINUE, token)],
        body,
      )
      return answer as Answer
    })
    assert.deepEqual(tally(answers), { 200: 1, '403 passkey_authenticator_blocked': CALLERS - 1 })
    assert.equal((await grantsOf(app)).filter(({ scope }) => scope === 'pay').length, 1)
    assert.equal((await eventsOf(first, app, 'user.passkey.regressed')).length, CALLERS - 1)
  }
})

for (const [what, undo, status] of [
  ['whose passkey is deleted', (tx, { id, userId }) => deletePasskeyRows(tx, id, userId), 403],
  ['whose session ends', (tx, { id, userId }) => endSessions(tx, second.deps, id, { userId }, 'revoked'), 401],
] as const satisfies readonly [string, (tx: Tx, of: { id: string; userId: string }) => Promise<unknown>, number][]) {
  test(`a step-up ${what} while its last step is done leaves no grant, and neither waits for the other`, async () => {
    const { app, client, one, asked } = await payingByPasskey()
    const { challenge_token: token, public_key_credential_request_options: options } = await asked()
    const { userId } = client
    const { step } = await second.deps.transact(async (tx) => {
      await findUserForUpdate(tx, app.id, userId)
      const step = continueByPasskey(app, client, token, one.assert(options))
      await somebodyWaits(tx)
      // Whoever waits for the user holds no passkey meanwhile.
      await sql`select 1 from passkeys where app_id = ${app.id} for update nowait`.execute(tx)
      await undo(tx, { id: app.id, userId })
      return { step }
    })
    assert.equal((await step).status, status, JSON.stringify((await step).body))
    assert.deepEqual(
      (await grantsOf(app)).filter(({ scope }) => scope === 'pay'),
      [],
    )
    assert.equal(await usedBy(app, claimsOf(token).jti), 0)
  })
}

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
