import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

for (const engine of ENGINES) {
  test(`${engine}: the mode is read and set, and only to one that exists`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const put = (body: unknown) => app.manage('/mode', { method: 'PUT', body })
    const read = await app.manage('/mode')
    assert.equal(read.status, 200)
    assert.deepEqual(read.body, { mode: 'dev' })

    assertNoContent(await put({ mode: 'prod' }))
    assert.deepEqual((await app.manage('/mode')).body, { mode: 'prod' })
    assert.equal((await app.manage('')).body.application.mode, 'prod')
    assertInvalid(await put({ mode: 'staging' }), 'body.mode')
    assertInvalid(await put({}), 'body.mode')
    assertInvalid(await put(undefined), 'body')
    assert.deepEqual((await app.manage('/mode')).body, { mode: 'prod' })
    assertNoContent(await put({ mode: 'dev' }))
    assert.deepEqual((await app.manage('/mode')).body, { mode: 'dev' })
  })

  test(`${engine}: each change is an event that tells by what kind of key, and what changes nothing is none`, async () => {
    const w = await world(engine)
    const app = await application(w, { mode: 'prod' })
    const began = w.deps.now()
    const put = (mode: string) => ({ method: 'PUT', body: { mode } })
    for (const mode of ['prod', 'dev', 'dev']) assertNoContent(await app.manage('/mode', put(mode)))
    w.advance(60_000)
    assertNoContent(await app.operate('/mode', put('prod')))
    assertNoContent(await app.operate('/mode', put('prod')))
    assert.deepEqual(await eventsOf(w, app, 'application.mode_changed'), [
      { mode: 'dev', previous_mode: 'prod', by: 'application_key', changed_at: rfc3339(began) },
      { mode: 'prod', previous_mode: 'dev', by: 'instance_key', changed_at: rfc3339(began + 60_000) },
    ])
  })
}
