import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { application, challengeToken, claimsOf, dpopKey, login, REFRESH, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const FROM_HOUR = 87 * DAY_HOURS
const TO_HOUR = 94 * DAY_HOURS
const STEP_HOURS = 8

for (const { engine, w } of await stages()) {
  const verifies = async (token: string, keys: JSONWebKeySet) =>
    await jwtVerify(token, createLocalJWKSet(keys), {
      currentDate: new Date(Number(claimsOf(token).iat) * 1000),
    })

  test(`${engine}: after ninety days the key changes, and every verifier follows`, async () => {
    const app = await application(w, { mode: 'prod' })
    await scheduleJobs(w.deps, jobs)
    w.advance(FROM_HOUR * HOUR_MS)
    const client = await login(w, app, await user(w, app))
    const keySet = async (): Promise<JSONWebKeySet> => (await app.call('/.well-known/jwks.json')).body
    const [hookKey] = (await keySet()).keys.filter((key) => key.alg === 'PS256')

    /** By the hour: which keys were published for access tokens, and which one signed. */
    const history: { hour: number; published: (string | undefined)[]; signedBy: string | undefined }[] = []
    let lastKeys = await keySet()
    let lastToken = client.accessToken
    for (let hour = FROM_HOUR; hour <= TO_HOUR; hour += STEP_HOURS) {
      await w.drain()
      const keys = await keySet()
      assert.equal((await client.post(REFRESH)).status, 200)
      await verifies(client.accessToken, keys)
      await verifies(client.accessToken, lastKeys)
      await verifies(lastToken, keys)
      const published = keys.keys.filter((key) => key.alg === 'EdDSA').map((key) => key.kid)
      history.push({ hour, published, signedBy: decodeProtectedHeader(client.accessToken).kid })
      lastKeys = keys
      lastToken = client.accessToken
      w.advance(STEP_HOURS * HOUR_MS)
    }

    const signers = [...new Set(history.map((moment) => moment.signedBy))]
    assert.equal(signers.length, 2)
    const [old, next] = signers
    const first = (seen: (moment: (typeof history)[number]) => boolean) => history.find(seen)?.hour ?? Number.NaN
    const publishedFrom = first(({ published }) => published.includes(next))
    const signsFrom = first(({ signedBy }) => signedBy === next)
    const gone = first(({ published }) => !published.includes(old))
    assert.equal(publishedFrom, 89 * DAY_HOURS)
    assert.equal(signsFrom, publishedFrom + DAY_HOURS)
    assert.equal(gone, signsFrom + 2 * DAY_HOURS)
    assert.ok(
      history.every(({ published, hour }) => published.length === (hour < publishedFrom || hour >= gone ? 1 : 2)),
    )
    assert.notDeepEqual(
      (await keySet()).keys.find((key) => key.alg === 'PS256'),
      hookKey,
    )
  })

  test(`${engine}: a challenge that was signed with the old key is finalized after the change`, async () => {
    const app = await application(w)
    await scheduleJobs(w.deps, jobs)
    const kidOf = (token: string) => decodeProtectedHeader(token).kid
    const userId = await user(w, app)
    w.advance(89 * DAY_HOURS * HOUR_MS)
    await w.drain()
    w.advance(DAY_HOURS * HOUR_MS - 1000)
    const before = await challengeToken(w, app, userId)
    w.advance(1000)
    await w.drain()
    const after = await challengeToken(w, app, userId)
    assert.notEqual(kidOf(before), kidOf(after))
    for (const token of [before, after]) assert.equal((await finalizeWith(app, await dpopKey(w), token)).status, 200)
  })
}
