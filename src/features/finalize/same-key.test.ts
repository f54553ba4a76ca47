import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  challengeToken,
  claimsOf,
  type DpopKey,
  dpopKey,
  REFRESH,
  refreshTokenOf,
  sentCode,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { carrying, EMAIL, started, WEB } from '../../../test/house/codes.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'

for (const { engine, w } of await stages()) {
  async function browser() {
    const app = await application(w)
    const userId = await user(w, app, { email: EMAIL })
    const key = await dpopKey(w)
    const finalized = async (by: DpopKey | null = key, who = userId) =>
      finalizeWith(app, by ?? undefined, await challengeToken(w, app, who))
    const byCode = async () => {
      const token = await started(app, WEB, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      return await postProven(app, WEB.check, key, { body: { code }, headers: carrying(token) })
    }
    const refreshWith = (token: string | undefined, by: DpopKey = key) =>
      postProven(app, REFRESH, by, { headers: { 'x-refresh-token': token ?? '' } })
    const listed = async (accessToken: string) => {
      const answer = await app.call('/v1/session/me/list', { headers: { authorization: `Bearer ${accessToken}` } })
      return (answer.body.sessions as { id: string }[]).map(({ id }) => id)
    }
    return { app, userId, key, finalized, byCode, refreshWith, listed }
  }

  test(`${engine}: who logs in again with the same key, by whatever way, has one session in the list`, async () => {
    const { app, finalized, byCode, listed, refreshWith } = await browser()
    const sids: unknown[] = []
    let held: string | undefined
    for (const way of [finalized, byCode, finalized, byCode]) {
      const answer = await way()
      assert.equal(answer.status, 200)
      sids.push(claimsOf(answer.body.access_token).sid)
      assert.deepEqual(await listed(answer.body.access_token), sids.slice(-1))
      if (held) assertRefused(await refreshWith(held), 'unauthorized', 'unauthorized')
      held = refreshTokenOf(answer)
    }
    const events = await eventsOf(w, app, 'user.session.revoked')
    assert.deepEqual(events.map(({ session_id }) => session_id).toSorted(), sids.slice(0, -1).toSorted())
    assert.deepEqual(new Set(events.map(({ reason }) => reason)), new Set(['replaced']))
  })

  test(`${engine}: sessions by other keys, without a key and of other users stay`, async () => {
    const { app, key, finalized, refreshWith, listed } = await browser()
    const another = await dpopKey(w)
    const elsewhere = await finalized(another)
    await finalized(null)
    const stranger = await finalized(key, await user(w, app))
    const here = await finalized()
    assert.equal((await listed(here.body.access_token)).length, 3)
    assert.equal((await refreshWith(refreshTokenOf(elsewhere), another)).status, 200)
    assert.equal((await refreshWith(refreshTokenOf(stranger))).status, 200)
    assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
  })
}
