import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, claimsOf, dpopKey, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { challengeOf, withBadSignature } from '../../../test/house/tokens.ts'
import type { StepUpClaims } from '../../core/challenges/challenge-claims.ts'
import type { ChallengeOutcome } from '../../core/challenges/challenge-token.ts'
import { decideStepUp } from './step-up.ts'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  const seconds = () => Math.floor(w.deps.now() / 1000)

  const STEP_UP = { grant_mode: 'session-bound', scope_requested: 'pay', granted_for: 300, steps: [] }

  type Own = { sub: string; sid: string; accessToken: string }
  const refused: readonly (readonly [string, (own: Own) => Promise<string>, code: string])[] = [
    ['garbage', async () => 'garbage', 'invalid_challenge_token'],
    ['an access token', async ({ accessToken }) => accessToken, 'invalid_challenge_token'],
    ['a login challenge', ({ sub }) => challengeToken(w, app, sub), 'invalid_challenge_token'],
    [
      'one with a tampered signature',
      async ({ sub, sid }) => withBadSignature(await challengeOf(w, app, { ...STEP_UP, sub, sid })),
      'invalid_challenge_token',
    ],
    [
      'one that has expired',
      ({ sub, sid }) => challengeOf(w, app, { ...STEP_UP, sub, sid, exp: seconds() }),
      'expired_challenge_token',
    ],
    [
      'one of another session',
      ({ sub }) => challengeOf(w, app, { ...STEP_UP, sub, sid: 'ses_00000000000000000000000000' }),
      'token_mismatch',
    ],
    [
      'one without the scope it is for',
      ({ sub, sid }) => challengeOf(w, app, { ...STEP_UP, sub, sid, scope_requested: undefined }),
      'invalid_challenge_token',
    ],
    [
      'one of another application',
      ({ sub, sid }) => challengeOf(w, app, { ...STEP_UP, sub, sid, aud: 'another' }),
      'invalid_challenge_token',
    ],
    [
      'one with a step to go',
      ({ sub, sid }) => challengeOf(w, app, { ...STEP_UP, sub, sid, current_step: 'verify_email' }),
      'step_not_completed',
    ],
  ]
  for (const [what, make, code] of refused) {
    for (const carrier of ['header', 'cookie'] as const) {
      test(`${engine}: as a step-up token ${what} is refused, and the refresh token stays unspent, by ${carrier}`, async () => {
        const client = await login(w, app, await user(w, app), carrier)
        const own = { sub: client.userId, sid: client.sessionId, accessToken: client.accessToken }
        const answer = await client.post(REFRESH, { body: { step_up_token: await make(own) } })
        assertRefused(answer, code, 'bad_request')
        assert.equal((await sessionRow(w, app, client.sessionId)).counter, 0)
        assert.equal((await client.post(REFRESH)).status, 200)
        assert.equal((await sessionRow(w, app, client.sessionId)).counter, 1)
        assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
      })
    }
  }

  for (const carrier of ['header', 'cookie'] as const) {
    test(`${engine}: a step-up token is granted with the refresh, and neither is spent when the refresh is refused, by ${carrier}`, async () => {
      const client = await login(w, app, await user(w, app), carrier)
      const token = await challengeOf(w, app, { ...STEP_UP, sub: client.userId, sid: client.sessionId })
      const body = { step_up_token: token }
      assertRefused(await app.call(REFRESH, { body }), 'unauthorized', 'unauthorized')
      const presented = { 'x-refresh-token': client.refreshToken }
      if (carrier === 'header') {
        const keyless = await app.call(REFRESH, { body, headers: presented })
        assertRefused(keyless, 'missing_dpop_proof', 'unauthorized')
        const dpop = await (await dpopKey(w)).proof(`${app.origin}${REFRESH}`)
        const stranger = await app.call(REFRESH, { body, headers: { ...presented, dpop } })
        assertRefused(stranger, 'dpop_key_mismatch', 'unauthorized')
      }
      w.advance(120_000)
      assert.equal((await client.post(REFRESH, { body })).status, 200)
      assert.equal(claimsOf(client.accessToken).scope, 'pay')
    })
  }

  test(`${engine}: a refresh whose answer was lost is asked again with the same tokens, and has the scope`, async () => {
    const client = await login(w, app, await user(w, app))
    const token = await challengeOf(w, app, { ...STEP_UP, sub: client.userId, sid: client.sessionId })
    const spent = client.refreshToken
    const answers = []
    for (let i = 0; i < 3; i++) {
      client.refreshToken = spent
      answers.push(await client.post(REFRESH, { body: { step_up_token: token } }))
    }
    for (const { status, body } of answers) {
      assert.equal(status, 200)
      const { scope, jti } = claimsOf(body.access_token)
      assert.deepEqual([scope, jti], ['pay', claimsOf(token).jti])
    }
    assert.equal((await client.post(REFRESH)).status, 200)
  })
}

const claims = { grant_mode: 'single-use', sid: 'ses_1', current_step: 'completed' } as StepUpClaims
const valid = (change: object = {}) => ({ kind: 'valid', claims: { ...claims, ...change } }) as ChallengeOutcome
for (const [what, token, consumed, expected] of [
  ['one that has expired', { kind: 'expired' }, undefined, 'expired'],
  ['none', { kind: 'invalid' }, undefined, 'invalid'],
  ['one of a login', valid({ grant_mode: 'session-start' }), undefined, 'invalid'],
  ['one of another session', valid({ sid: 'ses_2' }), undefined, 'mismatch'],
  ['one of another session that has steps to go', valid({ sid: 'ses_2', current_step: 'x' }), undefined, 'mismatch'],
  ['one with steps to go', valid({ current_step: 'x' }), undefined, 'not_completed'],
  ['one that is new', valid(), undefined, 'grant'],
  ['one used within the minute', valid(), { consumed_at: 1 }, 'grant'],
  ['one used a minute ago', valid(), { consumed_at: 0 }, 'reused'],
] as const) {
  test(`a step-up token that is ${what} decides: ${expected}`, () => {
    assert.equal(decideStepUp(token, 'ses_1', consumed, 60_000).kind, expected)
  })
}
