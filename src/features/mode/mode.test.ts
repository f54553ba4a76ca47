import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { ENGINES, world } from '../../../test/world.ts'

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
}
