import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { challengeOf, withBadSignature } from '../../../test/house/tokens.ts'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  const seconds = () => Math.floor(w.deps.now() / 1000)

  type Own = { sub: string; sid: string; accessToken: string }
  const refused: readonly (readonly [string, (own: Own) => Promise<string>, code: string])[] = [
    ['garbage', async () => 'garbage', 'invalid_challenge_token'],
    ['an access token', async ({ accessToken }) => accessToken, 'invalid_challenge_token'],
    ['a login challenge', ({ sub }) => challengeToken(w, app, sub), 'invalid_challenge_token'],
    [
      'one with a tampered signature',
      async ({ sub, sid }) => withBadSignature(await challengeOf(w, app, { sub, sid })),
      'invalid_challenge_token',
    ],
    [
      'one that has expired',
      ({ sub, sid }) => challengeOf(w, app, { sub, sid, exp: seconds() }),
      'expired_challenge_token',
    ],
    [
      'one of another session',
      ({ sub }) => challengeOf(w, app, { sub, sid: 'ses_00000000000000000000000000' }),
      'token_mismatch',
    ],
    [
      'one with a step to go',
      ({ sub, sid }) => challengeOf(w, app, { sub, sid, grant_mode: 'session-bound', current_step: 'verify_email' }),
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
}
