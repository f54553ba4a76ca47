import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, REFRESH, send } from '../../test/builders.ts'
import { world } from '../../test/world.ts'
import { decidePace, inPace } from './pace.ts'

test('a batch leaves people four times as long as it took, a second at most, and nobody anything', () => {
  assert.deepEqual(decidePace(7, 0), { lines: 20, pauseMs: 28 })
  assert.deepEqual(decidePace(7, 0, 1), { lines: 20, pauseMs: 7 })
  assert.deepEqual(decidePace(7, 999), { lines: 20, pauseMs: 28 })
  assert.deepEqual(decidePace(9_000, 999), { lines: 20, pauseMs: 1_000 })
  assert.deepEqual(decidePace(7, 1_000), { lines: 100, pauseMs: 0 })
  assert.deepEqual(decidePace(7, Number.POSITIVE_INFINITY), { lines: 100, pauseMs: 0 })
})

test('an import makes room for people for a second after one was answered, and for nobody’s backend', async () => {
  const w = await world('sqlite')
  const app = await application(w)
  const lines = () => inPace(w.deps, async (count) => count)
  assert.equal(await lines(), 100)
  await app.manage('/imports')
  assert.equal(await lines(), 100)
  await send(w, REFRESH, { method: 'POST', headers: { host: app.host }, body: {} })
  assert.equal(await lines(), 20)
  w.advance(1_000)
  assert.equal(await lines(), 100)
})

test('however many load at once, one batch is under way at a time, and one that fails holds up no other', async () => {
  const w = await world('sqlite')
  let underWay = 0
  let most = 0
  const batch = async (i: number) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    if (i % 3 === 0) throw new Error('broken')
  }
  const ended = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => inPace(w.deps, () => batch(i))))
  assert.equal(most, 1)
  assert.deepEqual(
    ended.map(({ status }) => status === 'rejected'),
    Array.from({ length: 9 }, (_, i) => i % 3 === 0),
  )
})
