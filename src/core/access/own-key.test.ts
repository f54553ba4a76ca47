import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { makeOwnKey } from './own-key.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a process that made no key of its own takes none; that of one is no key to another`, async () => {
    const { id } = await application(w)
    const path = `/v2/session/apps/${id}`
    const read = async (key: string) => (await send(w, path, { headers: { authorization: `Bearer ${key}` } })).status
    const elsewhere = makeOwnKey({ ...w.deps })
    for (const key of [elsewhere, 'cli', 'undefined', '']) assert.equal(await read(key), 401, key)
    const own = makeOwnKey(w.deps)
    assert.deepEqual([await read(own), await read(elsewhere)], [200, 401])
    const next = makeOwnKey(w.deps)
    assert.deepEqual([await read(own), await read(next)], [401, 200])
  })
}
