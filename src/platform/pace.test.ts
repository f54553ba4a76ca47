import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application, REFRESH, send } from '../../test/builders.ts'
import { world } from '../../test/world.ts'
import { decideLines, decidePause, paced } from './pace.ts'

const NOBODY = Number.POSITIVE_INFINITY

test('a piece leaves people four times as long as it took, a second at most, and nobody anything', () => {
  assert.equal(decidePause(7, 0), 28)
  assert.equal(decidePause(7, 0, 1), 7)
  assert.equal(decidePause(7, 999), 28)
  assert.equal(decidePause(9_000, 999), 1_000)
  assert.equal(decidePause(7, 1_000), 0)
  assert.equal(decidePause(7, NOBODY), 0)
})

test('a piece has as many lines as it may have time for, and one at least', () => {
  assert.equal(decideLines({ lines: 0, tookMs: 0 }, 0), 10)
  assert.equal(decideLines({ lines: 100, tookMs: 25 }, 0), 20)
  assert.equal(decideLines({ lines: 100, tookMs: 25 }, NOBODY), 160)
  assert.equal(decideLines({ lines: 20, tookMs: 500 }, 0), 1)
  assert.equal(decideLines({ lines: 10, tookMs: 0 }, NOBODY), 20)
  assert.equal(decideLines({ lines: 900, tookMs: 1 }, NOBODY), 1_000)
})

test('whatever a line takes, the size of a piece settles where it takes as long as it may, and is never far beyond', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 4, noNaN: true }), fc.integer({ min: 1, max: 1_000 }), (lineMs, first) => {
      let lines = first
      for (let i = 0; i < 12; i += 1) {
        const next = decideLines({ lines, tookMs: lines * lineMs }, 0)
        assert.ok(next <= 2 * lines && next * lineMs <= Math.max(5, lineMs) + 1e-9, `${next} of ${lineMs} ms`)
        lines = next
      }
      assert.ok(lines === 1_000 || (lines + 2) * lineMs > 5)
    }),
  )
})

test('a work makes room for people for a second after one was answered, and for nobody’s backend', async () => {
  const w = await world('sqlite')
  const app = await application(w)
  const inPace = paced(w.deps)
  const lines = () =>
    inPace(async (count) => {
      w.advance(count)
      return count
    })
  assert.equal(await lines(), 10)
  assert.equal(await lines(), 20)
  assert.equal(await lines(), 40)
  await app.manage('/imports')
  assert.equal(await lines(), 40)
  await send(w, REFRESH, { method: 'POST', headers: { host: app.host }, body: {} })
  assert.equal(await lines(), 5)
  w.advance(1_000)
  assert.equal(await lines(), 10)
})

test('however much there is to do at once, one piece is under way at a time, and one that fails holds up no other', async () => {
  const w = await world('sqlite')
  let underWay = 0
  let most = 0
  const piece = async (i: number) => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    if (i % 3 === 0) throw new Error('broken')
  }
  const ended = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => paced(w.deps)(() => piece(i))))
  assert.equal(most, 1)
  assert.deepEqual(
    ended.map(({ status }) => status === 'rejected'),
    Array.from({ length: 9 }, (_, i) => i % 3 === 0),
  )
})
