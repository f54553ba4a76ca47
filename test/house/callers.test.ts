import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../../src/platform/endpoint.ts'
import { failuresOf } from '../../src/platform/openapi-errors.ts'
import { endpoints } from '../../src/server.ts'
import { type Answer, application, send } from '../builders.ts'
import type { World } from '../world.ts'
import { assertRefused } from './answers.ts'
import { assertDenied } from './management.ts'
import { stages } from './stages.ts'

const managed = endpoints.filter((endpoint) => endpoint.audience === 'management')
const GUESSES_PER_MINUTE = 60
const REALM = 'Bearer realm="Antiphon management"'

/** Call an endpoint at some address of its kind, with no body. */
function call(w: World, endpoint: Endpoint, headers: Record<string, string>, query = ''): Promise<Answer> {
  const path = endpoint.path.replace(/\{\w+\}/g, 'x')
  return send(w, `${path}${query}`, { method: endpoint.method, headers })
}

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: nobody manages anything without a key, or with a wrong one`, async () => {
    for (const endpoint of managed) {
      const missing = await call(w, endpoint, {})
      assertDenied(missing, 'missing_api_token', 'unauthorized')
      assert.equal(missing.headers.get('www-authenticate'), REALM)
      const wrong = { authorization: 'Bearer wrong', 'x-forwarded-for': '203.0.113.1' }
      const invalid = await call(w, endpoint, wrong)
      assertDenied(invalid, 'invalid_api_token', 'unauthorized')
      assert.equal(invalid.headers.get('www-authenticate'), `${REALM}, error="invalid_token"`)
      w.advance(60_000)
    }
  })

  test(`${engine}: who guessed keys too often has to wait, wherever the next guess is tried`, async () => {
    const guess = { authorization: 'Bearer guess', 'x-forwarded-for': '203.0.113.2' }
    const [first] = managed
    assert.ok(first)
    for (let i = 0; i < GUESSES_PER_MINUTE; i++) await call(w, first, guess)
    for (const endpoint of managed) {
      const answer = await call(w, endpoint, guess)
      assertDenied(answer, 'rate_limited', 'rate_limited')
      assert.equal(answer.headers.get('retry-after'), '60')
    }
  })

  test(`${engine}: a NUL character is refused at once by every operation that takes input`, async () => {
    for (const endpoint of endpoints) {
      const codes = failuresOf(endpoint).map((failure) => failure.code)
      const headers = { host: app.host }
      if (codes.includes('invalid_request'))
        assertDenied(await call(w, endpoint, headers, '?x=%00'), 'invalid_request', 'bad_request', 'NUL')
      if (codes.includes('bad_request'))
        assertRefused(await call(w, endpoint, headers, '?x=%00'), 'bad_request', 'bad_request')
    }
  })
}
