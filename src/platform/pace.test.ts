import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application, REFRESH, send } from '../../test/builders.ts'
import { world } from '../../test/world.ts'
import { decideLines, decidePause, learn, NO_PAST, paced, pacedForSomebody } from './pace.ts'

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
  const after = (lines: number, tookMs: number, fixedMs = 0) => ({ lines, tookMs, fixedMs, pieces: 1 })
  assert.equal(decideLines(NO_PAST, 0), 10)
  assert.equal(decideLines(after(100, 25), 0), 12)
  assert.equal(decideLines(after(100, 25), NOBODY), 160)
  assert.equal(decideLines(after(20, 500), 0), 1)
  assert.equal(decideLines(after(10, 0), NOBODY), 20)
  assert.equal(decideLines(after(900, 1), NOBODY), 1_000)
  assert.equal(decideLines(after(10, 20, 15), 0), 20, 'the lines may take as long as the commit')
  assert.equal(decideLines({ ...after(20, 500), pieces: 8 }, 0), 40, 'now and then a larger one is tried')
})

test('whatever a line and a commit take, pieces settle where lines take as long as they may: the commit, or 3 ms where that is less', () => {
  const ms = (max: number) => fc.double({ min: 0.01, max, noNaN: true })
  fc.assert(
    fc.property(ms(4), fc.oneof(fc.constant(0), ms(50)), (lineMs, commitMs) => {
      let past = NO_PAST
      const sizes: number[] = []
      for (let i = 0; i < 60; i += 1) {
        const lines = decideLines(past, 0)
        assert.ok(past.lines === 0 || lines <= 2 * past.lines)
        past = learn(past, lines, commitMs + lines * lineMs)
        sizes.push(lines)
      }
      const wanted = Math.min(1_000, Math.max(1, Math.max(commitMs, 3) / lineMs))
      const settled = sizes.slice(20)
      assert.ok(Math.max(...settled) <= 2 * wanted + 2, `${settled} for ${wanted}`)
      assert.ok(Math.min(...settled) >= wanted / 3 - 1, `${settled} for ${wanted}`)
    }),
  )
})

test('however long pieces take, the next is of one line or more, and of a thousand at most', () => {
  const took = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5_000, noNaN: true }))
  fc.assert(
    fc.property(fc.array(fc.tuple(took, fc.boolean()), { maxLength: 40 }), (pieces) => {
      let past = NO_PAST
      for (const [tookMs, isBeside] of pieces) {
        const lines = decideLines(past, isBeside ? 0 : NOBODY)
        assert.ok(Number.isInteger(lines) && lines >= 1 && lines <= 1_000, `${lines} after ${JSON.stringify(past)}`)
        past = learn(past, lines, tookMs)
      }
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
  assert.equal(await lines(), 3)
  w.advance(1_000)
  assert.equal(await lines(), 6)
})

test('what somebody waits for does not stand behind what has time', { timeout: 5_000 }, async () => {
  const w = await world('sqlite')
  const end = Promise.withResolvers<void>()
  const background = paced(w.deps)(() => end.promise)
  assert.equal(await pacedForSomebody(w.deps)(async () => 'done'), 'done')
  end.resolve()
  await background
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
