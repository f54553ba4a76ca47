import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, login, REFRESH, REVOKE, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const END = '/v1/session/me/revoke'

for (const { engine, w } of await stages()) {
  /** Two devices of one user, and one of another user. */
  async function devices() {
    const app = await application(w)
    const userId = await user(w, app)
    const here = await login(w, app, userId)
    const there = await login(w, app, userId)
    return { app, here, there, stranger: await login(w, app, await user(w, app)) }
  }
  const end = (client: Client, query: string) => client.bearer(`${END}?${query}`, { method: 'POST' })
  const lives = async (client: Client) => (await client.post(REFRESH)).status === 200

  for (const [target, hereLives, thereLives] of [
    ['all', false, false],
    ['others', true, false],
    ['mine', false, true],
  ] as const) {
    test(`${engine}: the target ${target} ends what it says, and nobody else's`, async () => {
      const { app, here, there, stranger } = await devices()
      assertNoContent(await end(here, `target=${target}`))
      assert.deepEqual([await lives(here), await lives(there), await lives(stranger)], [hereLives, thereLives, true])
      const ended = [...(hereLives ? [] : [here]), ...(thereLives ? [] : [there])]
      const events = await eventsOf(w, app, 'user.session.revoked')
      assert.deepEqual(
        events.map((event) => `${event.session_id} ${event.reason}`).sort(),
        ended.map((client) => `${client.sessionId} revoked`).sort(),
      )
    })
  }

  test(`${engine}: the target session ends one session by its id`, async () => {
    const { here, there } = await devices()
    assertNoContent(await end(here, `target=session&session_id=${there.sessionId}`))
    assert.deepEqual([await lives(here), await lives(there)], [true, false])
    assertNoContent(await end(here, `target=session&session_id=${here.sessionId}`))
    assert.equal(await lives(here), false)
  })

  test(`${engine}: a session that is unknown, ended, or somebody else's is not found`, async () => {
    const { here, there, stranger } = await devices()
    const other = await application(w)
    const foreign = await login(w, other, await user(w, other))
    await there.post(REVOKE)
    for (const id of [
      'ses_1',
      'ses_00000000000000000000000000',
      there.sessionId,
      stranger.sessionId,
      foreign.sessionId,
    ])
      assertRefused(await end(here, `target=session&session_id=${id}`), 'not_found', 'not_found')
    assert.deepEqual([await lives(here), await lives(stranger), await lives(foreign)], [true, true, true])
  })

  test(`${engine}: a target that is missing or unknown is a bad request that ends nothing`, async () => {
    const { here, there } = await devices()
    const queries = [
      '',
      'target=',
      'target=everything',
      'target=ALL',
      'target=session',
      'target=session&session_id=',
      `session_id=${there.sessionId}`,
      'target=all&target=mine',
    ]
    for (const query of queries) assertRefused(await end(here, query), 'bad_request', 'bad_request')
    assert.deepEqual([await lives(here), await lives(there)], [true, true])
  })

  test(`${engine}: a session id does not narrow another target`, async () => {
    const { here, there, stranger } = await devices()
    assertNoContent(await end(here, `target=others&session_id=${stranger.sessionId}`))
    assert.deepEqual([await lives(here), await lives(there), await lives(stranger)], [true, false, true])
  })

  test(`${engine}: to end others when there are none is no error`, async () => {
    const app = await application(w)
    const here = await login(w, app, await user(w, app))
    for (let i = 0; i < 2; i++) assertNoContent(await end(here, 'target=others'))
    assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
  })

  test(`${engine}: it takes a body of any kind, and none`, async () => {
    const { here } = await devices()
    for (const call of [{}, { body: {} }, { headers: { 'content-type': 'application/json' } }])
      assertNoContent(await here.bearer(`${END}?target=others`, { ...call, method: 'POST' }))
  })

  test(`${engine}: an access token is no longer good once its session was ended from elsewhere`, async () => {
    const { here, there } = await devices()
    assertNoContent(await end(here, 'target=others'))
    assertRefused(await end(there, 'target=all'), 'unauthorized', 'unauthorized')
    assert.equal(await lives(here), true)
  })
}
