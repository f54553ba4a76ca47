import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listSessions } from '../../src/core/sessions/store.ts'
import {
  type Answer,
  application,
  challengeToken,
  claimsOf,
  type DpopKey,
  dpopKey,
  FINALIZE,
  pkce,
  REFRESH,
  refreshTokenOf,
  type TestApp,
  user,
} from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, postAtOnce, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [first] = servers
/** However many come too late in one race after the other. */
const ROOM = { settings: { finalize: { failures_per_ip: 1_000 } } }

const proofs = (app: TestApp, keys: readonly DpopKey[], path = FINALIZE) =>
  Promise.all(keys.map(async (key) => ({ dpop: await key.proof(`${app.origin}${path}`) })))

const sessionsOf = (app: TestApp, userId: string) => listSessions(first.deps.db, app.id, userId, first.deps.now())

const sidOf = (answer: Answer) => claimsOf(answer.body.access_token).sid

for (const [where, asked] of [
  ['one server', [first]],
  ['two servers', servers],
] as const) {
  test(`of sixteen finalizations of one challenge token by one key on ${where}, one starts the session, and all name it`, async () => {
    const app = await application(first)
    const userId = await user(first, app)
    const key = await dpopKey(first)
    const token = await challengeToken(first, app, userId)
    const headers = await proofs(app, Array(CALLERS).fill(key))
    const answers = await postAtOnce(asked, app, FINALIZE, headers, { challenge_token: token })
    assert.deepEqual(tally(answers), { 200: CALLERS })
    const sessions = await sessionsOf(app, userId)
    assert.equal(sessions.length, 1)
    assert.deepEqual([...new Set(answers.map(sidOf))], [sessions[0]?.id])
    const tokens = new Set(answers.map(refreshTokenOf))
    assert.equal(tokens.size, 1)
    assert.equal((await eventsOf(first, app, 'user.session.created')).length, 1)
    const [proof] = await proofs(app, [key], REFRESH)
    const refreshed = await postAtOnce(asked, app, REFRESH, [{ ...proof, 'x-refresh-token': `${[...tokens][0]}` }])
    assert.deepEqual(tally(refreshed), { 200: 1 })
  })

  test(`of sixteen finalizations of one challenge token by sixteen keys on ${where}, one wins and fifteen come too late`, async () => {
    const app = await application(first)
    const userId = await user(first, app)
    const token = await challengeToken(first, app, userId)
    const headers = await proofs(app, await race(() => dpopKey(first)))
    const answers = await postAtOnce(asked, app, FINALIZE, headers, { challenge_token: token })
    assert.deepEqual(tally(answers), { 200: 1, '409 token_reused': CALLERS - 1 })
    const winner = answers.find((answer) => answer.status === 200)
    const sessions = await sessionsOf(app, userId)
    assert.deepEqual(
      sessions.map((session) => session.id),
      [winner && sidOf(winner)],
    )
  })
}

test('of sixteen finalizations of one challenge token by sixteen keys with its verifier, one starts the session and one moves it', async () => {
  for (let round = 0; round < 4; round++) {
    const app = await application(first)
    const userId = await user(first, app)
    const { verifier, challenge } = pkce()
    const body = { challenge_token: await challengeToken(first, app, userId, challenge), code_verifier: verifier }
    const keys = await race(() => dpopKey(first))
    const answers = await postAtOnce(servers, app, FINALIZE, await proofs(app, keys), body)
    assert.deepEqual(tally(answers), { 200: 2, '409 token_reused': CALLERS - 2 })
    const sessions = await sessionsOf(app, userId)
    assert.equal(sessions.length, 1)
    assert.equal((await eventsOf(first, app, 'user.session.rebound')).length, 1)
    const holders = keys.filter((_, i) => answers[i]?.status === 200).map(({ thumbprint }) => thumbprint)
    assert.ok(holders.includes(sessions[0]?.jkt ?? ''))
  }
})

test('of sixteen browsers that saw a login and kept sixteen keys, one has its session moved', async () => {
  for (let round = 0; round < 4; round++) {
    const app = await application(first)
    const token = await challengeToken(first, app, await user(first, app))
    const [opened] = await postAtOnce(servers, app, FINALIZE, await proofs(app, [await dpopKey(first)]), {
      challenge_token: token,
    })
    const cookie =
      opened?.headers
        .getSetCookie()
        .find((line) => line.startsWith('__Host-login_'))
        ?.split(';')[0] ?? ''
    const held = { cookie, 'x-refresh-token': (opened && refreshTokenOf(opened)) ?? '' }
    const keys = await race(() => dpopKey(first))
    const headers = (await proofs(app, keys, REFRESH)).map((proof) => ({ ...proof, ...held }))
    const answers = await postAtOnce(servers, app, REFRESH, headers)
    assert.deepEqual(tally(answers), { 200: 1, '401 dpop_key_mismatch': CALLERS - 1 })
    assert.equal((await eventsOf(first, app, 'user.session.rebound')).length, 1)
  }
})

test('of sixteen repeats by one other key with the verifier, all get the session, and it moves once', async () => {
  const app = await application(first)
  const { verifier, challenge } = pkce()
  const body = {
    challenge_token: await challengeToken(first, app, await user(first, app), challenge),
    code_verifier: verifier,
  }
  const [sent, kept] = [await dpopKey(first), await dpopKey(first)]
  const [opened] = await postAtOnce(servers, app, FINALIZE, await proofs(app, [sent]), body)
  const answers = await postAtOnce(servers, app, FINALIZE, await proofs(app, Array(CALLERS).fill(kept)), body)
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.deepEqual([...new Set(answers.map(sidOf))], [opened && sidOf(opened)])
  assert.equal((await eventsOf(first, app, 'user.session.rebound')).length, 1)
})

test('sixteen logins at once never leave a user more sessions than there is room for, nor fewer', async () => {
  const app = await application(first, { settings: { sessions: { max_sessions_per_user: 5 } } })
  for (let round = 0; round < 4; round++) {
    const userId = await user(first, app)
    const tokens = await race(() => challengeToken(first, app, userId))
    const headers = await proofs(app, await race(() => dpopKey(first)))
    const answers = await race(async (i) => {
      const at = [servers[i % 2] ?? first]
      return (await postAtOnce(at, app, FINALIZE, [headers[i] ?? {}], { challenge_token: tokens[i] }))[0] as Answer
    })
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.equal((await sessionsOf(app, userId)).length, 5)
    assert.equal((await eventsOf(first, app, 'user.session.revoked')).length, (round + 1) * (CALLERS - 5))
  }
})

test('sixteen logins at once with one key leave one session', async () => {
  const app = await application(first)
  const userId = await user(first, app)
  const tokens = await race(() => challengeToken(first, app, userId))
  const headers = await proofs(app, Array(CALLERS).fill(await dpopKey(first)))
  const answers = await race(async (i) => {
    const at = [servers[i % 2] ?? first]
    return (await postAtOnce(at, app, FINALIZE, [headers[i] ?? {}], { challenge_token: tokens[i] }))[0] as Answer
  })
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.equal((await sessionsOf(app, userId)).length, 1)
})

test('whoever ends all sessions while sixteen logins are finalized leaves none that was proven before', async () => {
  const app = await application(first, ROOM)
  for (let round = 0; round < 6; round++) {
    const userId = await user(first, app)
    const tokens = await race(() => challengeToken(first, app, userId))
    const headers = await proofs(app, await race(() => dpopKey(first)))
    const [answers, ended] = await Promise.all([
      race(async (i) => {
        const at = [servers[i % 2] ?? first]
        return (await postAtOnce(at, app, FINALIZE, [headers[i] ?? {}], { challenge_token: tokens[i] }))[0] as Answer
      }),
      app.manage(`/users/${userId}/sessions/revoke`, { method: 'POST' }),
    ])
    assert.equal(ended.status, 200)
    const { 200: _, '400 invalid_challenge_token': __, ...others } = tally(answers)
    assert.deepEqual(others, {})
    assert.deepEqual(await sessionsOf(app, userId), [])
  }
})

test('of sixteen finalizations of one challenge token by one page with its code verifier, all get one cookie', async () => {
  const app = await application(first)
  const userId = await user(first, app)
  const { verifier, challenge } = pkce()
  const body = { challenge_token: await challengeToken(first, app, userId, challenge), code_verifier: verifier }
  const answers = await postAtOnce(servers, app, FINALIZE, Array(CALLERS).fill({}), body)
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.equal(new Set(answers.map(refreshTokenOf)).size, 1)
  assert.equal((await sessionsOf(app, userId)).length, 1)
})

test('a wrong code verifier and the right one race for a challenge token: there is a session or it is burned, never both', async () => {
  const app = await application(first)
  for (let round = 0; round < 6; round++) {
    const userId = await user(first, app)
    const { verifier, challenge } = pkce()
    const challenge_token = await challengeToken(first, app, userId, challenge)
    const wrong = { challenge_token, code_verifier: pkce().verifier }
    const right = { challenge_token, code_verifier: verifier }
    const [burns, answers] = await Promise.all([
      postAtOnce(servers, app, FINALIZE, [{}, {}], round % 2 ? wrong : right),
      postAtOnce(servers, app, FINALIZE, [{}, {}], round % 2 ? right : wrong),
    ])
    const started = [...burns, ...answers].some((answer) => answer.status === 200)
    assert.deepEqual(
      tally([...burns, ...answers]),
      started ? { 200: 2, '409 token_reused': 2 } : { '400 bad_request': 1, '409 token_reused': 3 },
    )
    assert.equal((await sessionsOf(app, userId)).length, started ? 1 : 0)
  }
})

test('a user who is blocked while they log in sixteen times has no live session, and no token they got is good', async () => {
  const app = await application(first, ROOM)
  for (let round = 0; round < 6; round++) {
    const userId = await user(first, app)
    const keys = await race(() => dpopKey(first))
    const tokens = await race(() => challengeToken(first, app, userId))
    const headers = await proofs(app, keys)
    const block = () => app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const [answers, blocked] = await Promise.all([
      race(async (i) => {
        const [answer] = await postAtOnce([servers[i % 2] ?? first], app, FINALIZE, [headers[i] ?? {}], {
          challenge_token: tokens[i],
        })
        return answer as Answer
      }),
      block(),
    ])
    assert.equal(blocked.status, 200)
    const { 200: _, '400 invalid_challenge_token': __, ...others } = tally(answers)
    assert.deepEqual(others, {})
    assert.deepEqual(await sessionsOf(app, userId), [])
    const refreshing = await proofs(app, keys, REFRESH)
    const holders = refreshing.flatMap((proof, i) => {
      const token = answers[i] && refreshTokenOf(answers[i])
      return token ? [{ ...proof, 'x-refresh-token': token }] : []
    })
    assert.deepEqual(
      (await postAtOnce(servers, app, REFRESH, holders)).filter((answer) => answer.status !== 401),
      [],
    )
  }
})
