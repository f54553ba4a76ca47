import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, pkce, through, user } from '../builders.ts'
import { configOf, configure, issuerKey, MIGRATION, migrate, publish } from '../house/legacy.ts'
import { finalizeWith } from '../house/tokens.ts'
import { vendor } from '../house/vendor.ts'
import { auth0 } from '../vectors/legacy/tokens.ts'
import type { World } from '../world.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'
import { subjects } from './migrants.ts'

const servers = await twoServers()
const [first] = servers
const key = await issuerKey('RS256')
const at = (i: number) => servers[i % servers.length] as World
const ROUNDS = 3
const GRACE = { expired_grace_seconds: 86_400, issued_before: '2026-01-02T03:00:01Z' }

for (const w of servers) w.advance(2 * 3_600_000)

test('of sixteen who show one token that is over, one comes over', async () => {
  const app = await application(first)
  await configure(app, configOf(auth0, GRACE))
  for (const w of servers) publish(w, auth0.jwks, key)
  for (let round = 0; round < ROUNDS; round++) {
    const sub = `auth0|${round}`
    await user(first, app, { email: `p${round}@example.com`, externalId: sub })
    const token = await key.sign({ ...auth0.claims, sub, sid: sub })
    const answers = await race((i) => migrate(through(at(i), app), token))
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
  }
})

test('one who shows a token that is over sixteen times has sixteen times the same answer', async () => {
  const app = await application(first)
  await configure(app, configOf(auth0, GRACE))
  for (const w of servers) publish(w, auth0.jwks, key)
  for (let round = 0; round < ROUNDS; round++) {
    const sub = `auth0|${round}`
    await user(first, app, { email: `p${round}@example.com`, externalId: sub })
    const token = await key.sign({ ...auth0.claims, sub, sid: sub })
    const { verifier, challenge: code_challenge } = pkce()
    const answers = await race((i) => through(at(i), app).call(MIGRATION, { body: { token, code_challenge } }))
    assert.deepEqual(tally(answers), { 200: CALLERS })
    const [challengeToken, ...others] = new Set(answers.map(({ body }) => body.challenge_token))
    assert.equal(others.length, 0)
    assert.equal((await finalizeWith(app, undefined, challengeToken, { verifier })).status, 200)
  }
})

test('who ends all sessions while tokens that are over are exchanged lets none of them in', async () => {
  const app = await application(first)
  await configure(app, configOf(auth0, GRACE))
  for (const w of servers) publish(w, auth0.jwks, key)
  for (let round = 0; round < ROUNDS; round++) {
    const sub = `auth0|${round}`
    const id = await user(first, app, { email: `p${round}@example.com`, externalId: sub })
    const tokens = await Promise.all(
      Array.from({ length: CALLERS }, (_, i) => key.sign({ ...auth0.claims, sub, sid: `${sub}/${i}` })),
    )
    const end = (i: number) => through(at(i), app).manage(`/users/${id}/sessions/revoke`, { method: 'POST' })
    const answers = await race((i) => (i % 4 === 3 ? end(i) : migrate(through(at(i), app), tokens[i])))
    for (const { body, verifier } of answers as Awaited<ReturnType<typeof migrate>>[]) {
      if (!body.challenge_token) continue
      assert.equal((await finalizeWith(app, undefined, body.challenge_token, { verifier })).status, 400)
    }
    assert.equal((await migrate(app, tokens.at(-1))).status, 400)
  }
})

test('sixteen exchanges of one refresh token that rotates make one call to its vendor, and everybody gets in', async () => {
  const app = await application(first)
  await configure(app, configOf(auth0, { refresh: { client_id: auth0.audience } }))
  for (let round = 0; round < ROUNDS; round++) {
    const claims = { ...auth0.claims, sub: `auth0|${round}`, email: `p${round}@example.com`, exp: 2_000_000_000 }
    const issue = { [`v1.${round}`]: async () => ({ id_token: await key.sign(claims) }) }
    const wire = { endpoint: `${auth0.issuer}oauth/token`, jwks: auth0.jwks, keys: [key.jwk] }
    // It takes its time, so that all come meanwhile.
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 300))
    const idp = vendor(servers, { ...wire, issue, wait })
    const answers = await race((i) => migrate(through(at(i), app), `v1.${round}`))
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.equal(idp.asked(), 1)
    assert.equal((await subjects(app, answers)).length, 1)
  }
})

test('sixteen exchanges of a refresh token that is no good make one call, and nobody gets in', async () => {
  const app = await application(first)
  await configure(app, configOf(auth0, { refresh: { client_id: auth0.audience } }))
  const wire = { endpoint: `${auth0.issuer}oauth/token`, jwks: auth0.jwks, keys: [key.jwk], issue: {} }
  const idp = vendor(servers, { ...wire, wait: () => new Promise<void>((resolve) => setTimeout(resolve, 300)) })
  const answers = await race((i) => migrate(through(at(i), app), 'v1.made-up'))
  assert.deepEqual(tally(answers), { '400 bad_request': CALLERS })
  assert.equal(idp.asked(), 1)
})
