import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Family } from '../../src/platform/failure.ts'
import { type Answer, application, challengeToken, FINALIZE, REFRESH, refreshTokenOf, user } from '../builders.ts'
import { assertRefused } from './answers.ts'
import { type LyingKey, lyingKey } from './dpop-key.ts'
import { INVALID, type Make, NONCE_REQUIRED, VALID } from './proofs.ts'
import { sessionCount, sessionRow } from './rows.ts'
import { stages } from './stages.ts'
import { finalizeWith, postProven } from './tokens.ts'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  /** What a call came to: its answer, and whether it used something up. */
  interface Attempt {
    send(dpop: string | string[]): Promise<Answer>
    assertUnspent(): Promise<void>
  }
  const calls: Record<string, (key: LyingKey) => Promise<Attempt & { nonce: string }>> = {
    async [FINALIZE](key) {
      const userId = await user(w, app)
      const token = await challengeToken(w, app, userId)
      const another = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
      return {
        nonce: another.headers.get('dpop-nonce') ?? '',
        send: (dpop) => app.call(FINALIZE, { body: { challenge_token: token }, headers: { dpop } }),
        assertUnspent: async () => assert.equal(await sessionCount(w, app, userId), 0),
      }
    },
    async [REFRESH](key) {
      const login = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
      const refreshToken = refreshTokenOf(login) ?? ''
      const { sid } = JSON.parse(Buffer.from(login.body.access_token.split('.')[1], 'base64url').toString())
      return {
        nonce: login.headers.get('dpop-nonce') ?? '',
        send: (dpop) => app.call(REFRESH, { method: 'POST', headers: { dpop, 'x-refresh-token': refreshToken } }),
        assertUnspent: async () => assert.equal((await sessionRow(w, app, sid)).counter, 0),
      }
    },
  }

  for (const [path, begin] of Object.entries(calls)) {
    const url = `${app.origin}${path}`
    const scene = async () => {
      const key = await lyingKey(w)
      const call = await begin(key)
      return { call, scene: { w, key, url, nonce: call.nonce } }
    }

    const refusals: readonly (readonly [readonly (readonly [string, Make])[], string, Family])[] = [
      [INVALID, 'invalid_dpop_proof', 'unauthorized'],
      [NONCE_REQUIRED, 'use_dpop_nonce', 'bad_request'],
    ]
    for (const [cases, code, family] of refusals) {
      for (const [what, make] of cases) {
        test(`${engine}: ${path} answers ${what} with ${code}, and nothing is used up`, async () => {
          const { call, scene: made } = await scene()
          const answer = await call.send(await make(made))
          assertRefused(answer, code, family)
          await call.assertUnspent()
          const nonce = answer.headers.get('dpop-nonce')
          assert.equal(nonce === null, code !== 'use_dpop_nonce')
          const again = await call.send(await made.key.lie(url, { claims: nonce ? { nonce, iat: 1 } : {} }))
          assert.equal(again.status, 200)
        })
      }
    }

    for (const [what, make] of VALID) {
      test(`${engine}: ${path} takes a proof with ${what}`, async () => {
        const { call, scene: made } = await scene()
        assert.equal((await call.send(await make(made))).status, 200)
      })
    }

    test(`${engine}: ${path} takes a nonce for five minutes at least and ten at most`, async () => {
      const { call, scene: made } = await scene()
      const nonce = made.nonce
      w.advance(600_000)
      const wild = () => made.key.lie(url, { claims: { nonce, iat: 1 } })
      const right = () => made.key.lie(url, { claims: { nonce } })
      assertRefused(await call.send(await wild()), 'use_dpop_nonce', 'bad_request')
      const { call: second, scene: then } = await scene()
      w.advance(300_000)
      const proof = await then.key.lie(url, { claims: { nonce: then.nonce, iat: 1 } })
      assert.equal((await second.send(proof)).status, 200)
      if (path === REFRESH) assert.equal((await call.send(await right())).status, 200)
    })

    test(`${engine}: ${path} takes the same proof again, as browsers send it after a dropped connection`, async () => {
      const { call, scene: made } = await scene()
      const proof = await made.key.lie(url)
      const first = await call.send(proof)
      const second = await call.send(proof)
      assert.deepEqual([first.status, second.status], [200, 200])
      assert.equal(refreshTokenOf(second), refreshTokenOf(first))
    })
  }

  test(`${engine}: a good proof by another key does not spend the refresh token`, async () => {
    const key = await lyingKey(w)
    const login = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
    const headers = { 'x-refresh-token': refreshTokenOf(login) ?? '' }
    const answer = await postProven(app, REFRESH, await lyingKey(w), { headers })
    assertRefused(answer, 'dpop_key_mismatch', 'unauthorized')
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: a proof for any origin of the application holds, whichever host it was sent to`, async () => {
    const shop = await application(w, { publicOrigins: ['https://id.shop.example', 'http://localhost:3000'] })
    for (const origin of [
      shop.origin,
      'https://id.shop.example',
      'https://ID.shop.example:443',
      'http://localhost:3000',
    ]) {
      const key = await lyingKey(w)
      const body = { challenge_token: await challengeToken(w, shop, await user(w, shop)) }
      const dpop = await key.lie(`${origin}${FINALIZE}`)
      assert.equal((await shop.call(FINALIZE, { body, headers: { dpop } })).status, 200)
    }
  })
}
