import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ENGINES, world } from '../world.ts'

let read = false

test('no test starts before its whole file was read', () => assert.ok(read))

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a world stays open for the tests that come after it, however long the next one takes to make`, async () => {
    const answer = await fetch(`${w.address}/v1/session/me/list`)
    assert.equal(answer.status, 404)
  })
}
for (let turn = 0; turn < 100; turn++) await setImmediate()
read = true
