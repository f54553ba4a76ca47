import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, dpopKey, login, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { sessionCount } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { challengeOf, finalizeWith, withBadSignature } from '../../../test/house/tokens.ts'
import { deleteUser, updateUser } from '../../core/users/store.ts'

const LIFETIME_MS = 600_000

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString())

for (const { engine, w, app, other } of await stages(async (w) => ({
  app: await application(w),
  other: await application(w),
}))) {
  test(`${engine}: a challenge token is good for ten minutes, to the millisecond`, async () => {
    const userId = await user(w, app)
    const [inTime, late] = [await challengeToken(w, app, userId), await challengeToken(w, app, userId)]
    w.advance(LIFETIME_MS - 1)
    assert.equal((await finalizeWith(app, await dpopKey(w), inTime)).status, 200)
    w.advance(1)
    const answer = await finalizeWith(app, await dpopKey(w), late)
    assertRefused(answer, 'expired_challenge_token', 'bad_request')
  })

  const now = () => Math.floor(w.deps.now() / 1000)
  const invalid: readonly (readonly [string, (sub: string) => Promise<string> | string])[] = [
    ['an empty one', () => ''],
    ['garbage', () => 'garbage'],
    ['three empty parts', () => '..'],
    ['an access token', async (sub) => (await login(w, app, sub)).accessToken],
    ['a refresh token', async (sub) => (await login(w, app, sub)).refreshToken],
    ["another application's", async (sub) => await challengeToken(w, other, sub)],
    ["one for another application, by this one's key", (sub) => challengeOf(w, app, { sub, aud: other.id })],
    ['one with a tampered signature', async (sub) => withBadSignature(await challengeToken(w, app, sub))],
    ['one without a signature', async (sub) => (await challengeToken(w, app, sub)).replace(/\.[^.]*$/, '.')],
    [
      'one that says alg none',
      async (sub) => {
        const [header = '', ...rest] = (await challengeToken(w, app, sub)).split('.')
        return [encode({ ...decode(header), alg: 'none' }), ...rest].join('.')
      },
    ],
    ['one of another type, by the right key', (sub) => challengeOf(w, app, { sub }, { typ: 'at+jwt' })],
    [
      'one of the right type, by the key of access tokens',
      (sub) => challengeOf(w, app, { sub }, { purpose: 'access_token' }),
    ],
    ['a step-up of a session', (sub) => challengeOf(w, app, { sub, sid: 'ses_1', grant_mode: 'session-bound' })],
    ['a single-use grant', (sub) => challengeOf(w, app, { sub, grant_mode: 'single-use' })],
    ['one that is not valid yet', (sub) => challengeOf(w, app, { sub, nbf: now() + 60 })],
    ['one without an end', (sub) => challengeOf(w, app, { sub, exp: undefined })],
    ['one without an id', (sub) => challengeOf(w, app, { sub, jti: undefined })],
    ['one of nobody', () => challengeOf(w, app, { sub: 'usr_00000000000000000000000000' })],
  ]
  for (const [what, make] of invalid) {
    test(`${engine}: ${what} is no challenge token to finalize`, async () => {
      const userId = await user(w, app)
      const token = await make(userId)
      const sessions = await sessionCount(w, app, userId)
      const answer = await finalizeWith(app, await dpopKey(w), token)
      assertRefused(answer, 'invalid_challenge_token', 'bad_request')
      assert.equal(await sessionCount(w, app, userId), sessions)
    })
  }

  test(`${engine}: the tokens of these tests are good but for what each changes`, async () => {
    const sub = await user(w, app)
    assert.equal((await finalizeWith(app, await dpopKey(w), await challengeOf(w, app, { sub }))).status, 200)
  })

  test(`${engine}: an expired token that is also tampered with is invalid, not expired`, async () => {
    const token = withBadSignature(await challengeToken(w, app, await user(w, app)))
    w.advance(2 * LIFETIME_MS)
    assertRefused(await finalizeWith(app, await dpopKey(w), token), 'invalid_challenge_token', 'bad_request')
  })

  for (const [what, happen] of [
    ['blocked', (id: string) => w.deps.transact((tx) => updateUser(tx, w.deps, app.id, id, { status: 'inactive' }))],
    ['deleted', (id: string) => w.deps.transact((tx) => deleteUser(tx, w.deps, app.id, id))],
  ] as const) {
    test(`${engine}: a user ${what} since the challenge gets no session, by either carrier`, async () => {
      const userId = await user(w, app)
      const tokens = [await challengeToken(w, app, userId), await challengeToken(w, app, userId)]
      await happen(userId)
      for (const [i, key] of [await dpopKey(w), undefined].entries()) {
        assertRefused(await finalizeWith(app, key, tokens[i] ?? ''), 'invalid_challenge_token', 'bad_request')
      }
      assert.equal(await sessionCount(w, app, userId), 0)
    })
  }
}
