import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, pkce, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  CONFIG,
  configOf,
  configure,
  issuerKey,
  MIGRATION,
  migrate,
  moveOver,
  progressOf,
  publish,
} from '../../../test/house/legacy.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure as configureStepUp, direct, doCodeStep, scopesOf } from '../../../test/house/step-up.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { auth0, custom, firebase, supabase } from '../../../test/vectors/legacy/tokens.ts'
import { stytch } from '../../../test/vectors/legacy/vendors.ts'
import type { World } from '../../../test/world.ts'
import { writeCounted } from '../../core/rollups/count.ts'
import { totalRollups } from '../../core/rollups/store.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { migrationFeature } from './index.ts'

const DAY = 86_400
const key = await issuerKey('RS256')
const GRACE = { expired_grace_seconds: 30 * DAY, issued_before: '2026-01-02T03:00:01Z' }
const pointed = await issuerKey('ES256')
let people = 0

/** Order of P-256: where (r, s) signs, so does (r, n − s). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The same token with the other signature of the same key, which anybody can write. */
function signedOtherwise(token: string): string {
  const [header, claims, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const other = ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const s = Buffer.from(other.toString(16).padStart(64, '0'), 'hex')
  return `${header}.${claims}.${Buffer.concat([bytes.subarray(0, 32), s]).toString('base64url')}`
}

/** Somebody who is known by an import, and a token of theirs that is over. */
async function someone(w: World, app: TestApp) {
  const sub = `auth0|${++people}`
  const email = `p${people}@example.com`
  const id = await user(w, app, { email, externalId: sub })
  const token = (change: object = {}) => key.sign({ ...auth0.claims, sub, email, sid: `sid-${sub}`, ...change })
  return { id, sub, token }
}

async function migrating(w: World, config: object = GRACE) {
  const app = await application(w)
  await configure(app, configOf(auth0, config))
  publish(w, auth0.jwks, key)
  return app
}

async function assertReason(app: TestApp, token: string, reason: string) {
  assertRefused(await migrate(app, token), 'bad_request', 'bad_request')
  const failures: { reason: string }[] = (await progressOf(app)).failures
  assert.ok(
    failures.some((failure) => failure.reason === reason),
    `${reason}: ${JSON.stringify(failures)}`,
  )
}

for (const { engine, w, apps } of await stages(async (w) => {
  const [app, without] = [await migrating(w), await migrating(w, {})]
  // The tokens of the vectors are over for a day from here on.
  w.advance((DAY + 3_600) * 1000)
  return { apps: { app, without } }
})) {
  test(`${engine}: whoever comes back a day later comes over once, and their session says how`, async () => {
    const { app, without } = apps
    const ada = await someone(w, app)
    const { userId, claims, refreshToken } = await moveOver(w, app, await ada.token())
    assert.equal(userId, ada.id)
    assert.deepEqual(claims.amr, ['legacy', 'grace'])
    await assertReason(app, await ada.token(), 'session_used')
    await assertReason(app, await ada.token({ exp: Number(auth0.claims.exp) + 1 }), 'session_used')
    // Another session of theirs is another device.
    assert.equal((await moveOver(w, app, await ada.token({ sid: 'phone' }))).userId, ada.id)
    await writeCounted(w.deps)
    const counted = await totalRollups(w.deps.db, app.id, 'exchange')
    assert.equal(counted.find(({ labels }) => labels.outcome === 'in_grace')?.count, 2)
    assert.ok(refreshToken)
    await assertReason(without, await (await someone(w, without)).token(), 'expired_token')
  })

  test(`${engine}: the session says so for good, and money waits for a code: a scope comes by step-up, grace or not`, async () => {
    const app = await migrating(w)
    await configureStepUp(app, direct('transfer'))
    const ada = await someone(w, app)
    const { key: dpop, refreshToken } = await moveOver(w, app, await ada.token())
    const client = Object.assign(await login(w, app, ada.id), { key: dpop, refreshToken })
    assert.equal((await client.post(REFRESH)).status, 200)
    const { amr } = claimsOf(client.accessToken)
    assert.deepEqual([amr, scopesOf(client)], [['legacy', 'grace'], []])
    await doCodeStep(w, app, client, await challenged(app, client, 'transfer'))
    assert.equal((await client.post(REFRESH)).status, 200)
    const after = claimsOf(client.accessToken)
    assert.deepEqual([after.amr, scopesOf(client)], [['legacy', 'grace'], ['transfer']])
  })

  test(`${engine}: a lost answer loses nobody: the same request within a minute gets the same token, and no other does`, async () => {
    const { app } = apps
    const ada = await someone(w, app)
    const token = await ada.token()
    const { verifier, challenge } = pkce()
    const ask = (code_challenge = challenge) => app.call(MIGRATION, { body: { token, code_challenge } })
    const first = await ask()
    w.advance(59_000)
    const again = await ask()
    assert.equal(again.body.challenge_token, first.body.challenge_token)
    assertRefused(await ask(pkce().challenge), 'bad_request', 'bad_request')
    assert.equal(first.status, 200)
    const sessions = []
    for (const { body } of [first, again]) {
      const answer = await finalizeWith(app, undefined, body.challenge_token, { verifier })
      sessions.push(claimsOf(answer.body.access_token).sid)
    }
    assert.equal(sessions[0], sessions[1])
    w.advance(1_000)
    assertRefused(await ask(), 'bad_request', 'bad_request')
  })

  test(`${engine}: nobody new is made of a token that is over, and nobody is linked by it`, async () => {
    const { app } = apps
    await user(w, app, { email: 'bob@example.com' })
    const before = (await progressOf(app)).users_known
    for (const change of [
      { sub: 'auth0|nobody', sid: 'n1', email: 'new@example.com' },
      { sub: 'auth0|bob', sid: 'n2', email: 'bob@example.com' },
      { sub: 'auth0|none', sid: 'n3', email: undefined },
    ])
      await assertReason(app, await key.sign({ ...auth0.claims, ...change }), 'unknown_user')
    assert.equal((await progressOf(app)).users_known, before)
    const ada = await someone(w, app)
    await app.manage(`/users/${ada.id}/status`, { method: 'PUT', body: { status: 'inactive' } })
    await assertReason(app, await ada.token(), 'user_blocked')
  })

  test(`${engine}: being refused uses up nothing`, async () => {
    const { app } = apps
    const ada = await someone(w, app)
    await app.manage(`/users/${ada.id}/external_id`, { method: 'PUT', body: { external_id: 'other' } })
    await assertReason(app, await ada.token(), 'unknown_user')
    await app.manage(`/users/${ada.id}/external_id`, { method: 'PUT', body: { external_id: ada.sub } })
    assert.equal((await moveOver(w, app, await ada.token())).userId, ada.id)
  })

  test(`${engine}: who has ended all sessions here has ended those of old tokens, too`, async () => {
    const { app } = apps
    const [ada, bob, cy] = [await someone(w, app), await someone(w, app), await someone(w, app)]
    await app.manage(`/users/${ada.id}/sessions/revoke`, { method: 'POST' })
    await app.manage(`/users/${bob.id}/password`, {
      method: 'PUT',
      body: { password: 'a new one of their own', end_sessions: true },
    })
    await app.manage(`/users/${cy.id}/status`, { method: 'PUT', body: { status: 'inactive' } })
    await app.manage(`/users/${cy.id}/status`, { method: 'PUT', body: { status: 'active' } })
    for (const one of [ada, bob, cy]) await assertReason(app, await one.token(), 'sessions_ended')
    const [{ reason, count }] = (await progressOf(app)).failures.filter(
      (one: { reason: string }) => one.reason === 'sessions_ended',
    )
    assert.deepEqual([reason, count], ['sessions_ended', 3])
    // A token that is good is its issuer's to end.
    const now = Math.floor(w.deps.now() / 1000)
    assert.equal((await moveOver(w, app, await ada.token({ iat: now, exp: now + 60 }))).userId, ada.id)
  })

  test(`${engine}: who has come over while the token was good does not come back by it when it is over`, async () => {
    const app = await migrating(w)
    const ada = await someone(w, app)
    const now = w.deps.now() / 1000
    const token = await ada.token({ iat: Number(auth0.claims.iat), exp: now + 60 })
    for (let i = 0; i < 2; i++) assert.equal((await moveOver(w, app, token)).userId, ada.id)
    w.advance(120_000)
    await assertReason(app, token, 'session_used')
  })

  test(`${engine}: sessions that end while the exchange is answered end what it answers`, async () => {
    const { app } = apps
    const ada = await someone(w, app)
    const { together } = w.deps
    w.deps.together = async (work) => {
      const done = await together(work)
      w.deps.together = together
      await app.manage(`/users/${ada.id}/sessions/revoke`, { method: 'POST' })
      return done
    }
    const { status, body, verifier } = await migrate(app, await ada.token())
    assert.equal(status, 200)
    assert.equal((await finalizeWith(app, undefined, body.challenge_token, { verifier })).status, 400)
  })

  test(`${engine}: forged, issued after the switch-over or too old, a token is as bad as ever`, async () => {
    const { app } = apps
    const ada = await someone(w, app)
    await assertReason(app, `${(await ada.token()).slice(0, -8)}AAAAAAAA`, 'invalid_token')
    await assertReason(app, await ada.token({ iat: 1_767_322_801 }), 'expired_token')
    await assertReason(app, await ada.token({ exp: w.deps.now() / 1000 - 30 * DAY }), 'expired_token')
    await assertReason(app, await ada.token({ aud: 'other' }), 'invalid_token')
  })

  test(`${engine}: a session is known by what its vendor calls it, and a token without a name by itself`, async () => {
    const app = await application(w)
    await configure(app, configOf({ ...supabase, alg: 'RS256' }, GRACE))
    publish(w, supabase.jwks, key)
    const ids = ['a', 'b'].map((one) => ({ sub: `sb-${one}-${engine}`, email: `${one}@example.org` }))
    for (const { sub, email } of ids) await user(w, app, { email, externalId: sub })
    const sign = (who: object, rest: object) => key.sign({ ...supabase.claims, ...who, ...rest })
    await moveOver(w, app, await sign(ids[0] as object, { session_id: 's1' }))
    await assertReason(app, await sign(ids[0] as object, { session_id: 's1', iat: 1 }), 'session_used')
    const unnamed = { session_id: undefined }
    await moveOver(w, app, await sign(ids[1] as object, unnamed))
    await assertReason(app, await sign(ids[1] as object, unnamed), 'session_used')
    await moveOver(w, app, await sign(ids[1] as object, { ...unnamed, iat: 2 }))
  })

  test(`${engine}: Firebase names no session, but says when it began`, async () => {
    const app = await application(w)
    await configure(app, configOf(firebase, GRACE))
    publish(w, firebase.jwks, key)
    const sub = `fb-${engine}`
    await user(w, app, { email: 'fire@example.org', externalId: sub })
    const sign = (rest: object) => key.sign({ ...firebase.claims, sub, ...rest })
    await moveOver(w, app, await sign({ auth_time: 1_767_300_000 }))
    await assertReason(app, await sign({ auth_time: 1_767_300_000, iat: 1_767_310_000 }), 'session_used')
    await moveOver(w, app, await sign({ auth_time: 1_767_300_001 }))
  })

  test(`${engine}: one session has one try, by whichever of its tokens, issuers or signatures`, async () => {
    const app = await application(w)
    await configure(app, { ...configOf(custom, GRACE), issuer: [custom.issuer, 'https://id.example.org'] })
    publish(w, custom.jwks, pointed)
    const { auth_time, ...claims } = custom.claims
    const someone = async (name: string, says: object) => {
      const sub = `${name}-${engine}`
      await user(w, app, { email: `${sub}@example.com`, externalId: sub })
      return (change: object = {}) => pointed.sign({ ...claims, sub, iat: 1_767_322_700, ...says, ...change })
    }
    const [ada, bob, cy, dee] = await Promise.all([
      someone('ada', { sid: 's' }),
      someone('bob', { auth_time }),
      someone('cy', {}),
      someone('dee', { sid: 's', auth_time }),
    ])
    await moveOver(w, app, await ada())
    await assertReason(app, await ada({ iss: 'https://id.example.org' }), 'session_used')
    // A new token every hour, of one login.
    await moveOver(w, app, await bob({ jti: '1' }))
    await assertReason(app, await bob({ jti: '2', iat: 1_767_322_600 }), 'session_used')
    await moveOver(w, app, await bob({ auth_time: Number(auth_time) + 60 }))
    const token = await cy()
    await moveOver(w, app, token)
    await assertReason(app, signedOtherwise(token), 'session_used')
    await moveOver(w, app, await dee())
  })

  test(`${engine}: that a session came over is remembered for as long as any token of it may be taken`, async () => {
    const later = { ...GRACE, expired_grace_seconds: 90 * DAY, issued_before: '2026-02-01T00:00:00Z' }
    const [app, days] = [await migrating(w, later), await application(w)]
    const ada = await someone(w, app)
    const start = Math.floor(w.deps.now() / 1000)
    await moveOver(w, app, await ada.token({ iat: start, exp: start + 3_600 }))
    const { config, claims } = stytch
    await configure(days, { mode: 'jwt', ...config })
    const session = { id: `s-${engine}`, expires_at: new Date((start + 366 * DAY) * 1000).toISOString() }
    const eve = { ...claims, sub: `eve-${engine}`, nbf: start - 600, iat: start - 600, exp: start - 300 }
    await user(w, days, { email: 'eve@example.org', externalId: eve.sub })
    const jwt = await key.sign({ ...eve, 'https://stytch.com/session': session })
    publish(w, String(stytch.keys), key)
    await moveOver(w, days, jwt)

    w.advance(100 * DAY * 1000)
    await scheduleJobs(w.deps, migrationFeature.jobs ?? [])
    await w.drain()
    await assertReason(days, jwt, 'session_used')
    publish(w, auth0.jwks, key)
    const last = Date.parse(later.issued_before) / 1000 - 1
    await assertReason(app, await ada.token({ iat: last, exp: last + 3_600 }), 'session_used')
  })

  test(`${engine}: a grace has a switch-over, and an end`, async () => {
    const app = await application(w)
    const create = (rest: object) => app.manage(CONFIG, { body: configOf(auth0, rest) })
    assertInvalid(await create({ expired_grace_seconds: 60 }), 'body.issued_before: is required')
    assertInvalid(await create({ ...GRACE, expired_grace_seconds: 90 * DAY + 1 }), 'body.expired_grace_seconds')
    assertInvalid(await create({ ...GRACE, issued_before: 'summer' }), 'body.issued_before')
  })
}
