import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeFault } from './db-fault.ts'
import { type GroupBounds, type GroupedUpdate, groupUpdates, type Row } from './group.ts'

const update: GroupedUpdate = {
  name: 'count',
  table: 'counters',
  parameters: { id: 'text', by: 'bigint' },
  set: 'n = n + :by',
  where: 'counters.id = :id',
  returning: 'id, n',
  key: 'id',
}

/** A stand-in for the database: one call is one commit, in which a row marked `bad` makes all of it fail. */
function commits() {
  const done: Row[][] = []
  const run = async (rows: readonly Row[]) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (rows.some((row) => row.bad)) throw new Error('bad row')
    done.push([...rows])
    return rows.map((row) => (row.refused ? undefined : { id: row.id ?? null, at: done.length }))
  }
  return { done, run }
}

test('the updates of one turn of the event loop share one commit', async () => {
  const { done, run } = commits()
  const { write: count } = groupUpdates(update, run)
  await Promise.all(['a', 'b', 'c'].map((id) => count({ id })))
  assert.deepEqual(done, [[{ id: 'a' }, { id: 'b' }, { id: 'c' }]])
})

test('the updates that arrive while a commit is under way share the next', async () => {
  const written: Row[][] = []
  const first = Promise.withResolvers<void>()
  const { write: count } = groupUpdates(update, async (rows) => {
    written.push([...rows])
    if (written.length === 1) await first.promise
    return rows.map((row) => row)
  })
  const calls = [count({ id: 'a' })]
  await new Promise((resolve) => setImmediate(resolve))
  calls.push(count({ id: 'b' }))
  await new Promise((resolve) => setImmediate(resolve))
  calls.push(count({ id: 'c' }))
  assert.equal(written.length, 1)
  first.resolve()
  await Promise.all(calls)
  assert.deepEqual(written, [[{ id: 'a' }], [{ id: 'b' }, { id: 'c' }]])
})

test('nobody is answered before the commit', async () => {
  const commit = Promise.withResolvers<(Row | undefined)[]>()
  const { write: count } = groupUpdates(update, () => commit.promise)
  let answered = 0
  const calls = ['a', 'b'].map((id) => count({ id }).then(() => answered++))
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, 0)
  commit.resolve([{ id: 'a' }, { id: 'b' }])
  await Promise.all(calls)
  assert.equal(answered, 2)
})

test('each caller gets the answer to its own row, a refused one none', async () => {
  const { run } = commits()
  const { write: count } = groupUpdates(update, run)
  const answers = await Promise.all([
    count({ id: 'a' }),
    count({ id: 'b', refused: 1 }),
    count({ id: 'c' }),
    count({ id: 'd', refused: 1 }),
  ])
  assert.deepEqual(answers, [{ id: 'a', at: 1 }, undefined, { id: 'c', at: 1 }, undefined])
})

test('a row that fails never fails its neighbours', async () => {
  const { done, run } = commits()
  const { write: count } = groupUpdates(update, run)
  const calls = await Promise.allSettled([count({ id: 'a' }), count({ id: 'b', bad: 1 }), count({ id: 'c' })])
  assert.deepEqual(
    calls.map((call) => call.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.match(String((calls[1] as PromiseRejectedResult).reason), /bad row/)
  assert.deepEqual(done, [[{ id: 'a' }], [{ id: 'c' }]])
  assert.deepEqual(await count({ id: 'd' }), { id: 'd', at: 3 }, 'and later ones are written')
})

test('a single row that fails rejects its caller alone', async () => {
  const { run } = commits()
  const { write: count } = groupUpdates(update, run)
  await assert.rejects(count({ id: 'a', bad: 1 }), /bad row/)
  assert.deepEqual(await count({ id: 'a' }), { id: 'a', at: 1 })
})

test('two updates of one key go into two commits, in their order, and hold nobody else up', async () => {
  const { done, run } = commits()
  const { write: count } = groupUpdates(update, run)
  await Promise.all([
    count({ id: 'a', by: 1 }),
    count({ id: 'a', by: 2 }),
    count({ id: 'b', by: 1 }),
    count({ id: 'a', by: 3 }),
  ])
  assert.deepEqual(done, [
    [
      { id: 'a', by: 1 },
      { id: 'b', by: 1 },
    ],
    [{ id: 'a', by: 2 }],
    [{ id: 'a', by: 3 }],
  ])
})

test('a commit takes at most 256 rows; the others go into the next, and a key keeps its order across them', async () => {
  const { done, run } = commits()
  const { write: count } = groupUpdates(update, run)
  const rows = Array.from({ length: 300 }, (_, i) => ({ id: `${i}`, by: 1 }))
  await Promise.all([...rows, { id: '299', by: 2 }].map((row) => count(row)))
  assert.deepEqual(
    done.map((commit) => commit.length),
    [256, 44, 1],
  )
})

test('whatever arrives when: every good row is written once, in the order of its key, and answered to its caller', async () => {
  const arrival = fc.record({ id: fc.constantFrom('a', 'b', 'c'), bad: fc.boolean(), pause: fc.nat(2) })
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 30 }), async (arrivals) => {
      const { done, run } = commits()
      const { write: count } = groupUpdates(update, run)
      const calls: Promise<'written' | 'misdirected' | 'failed'>[] = []
      for (const [by, { id, bad, pause }] of arrivals.entries()) {
        for (let turn = 0; turn < pause; turn++) await new Promise((resolve) => setImmediate(resolve))
        const call = count({ id, by, ...(bad && { bad: 1 }) })
        calls.push(
          call.then(
            (row) => (row?.id === id ? 'written' : 'misdirected'),
            () => 'failed',
          ),
        )
      }
      assert.deepEqual(
        await Promise.all(calls),
        arrivals.map(({ bad }) => (bad ? 'failed' : 'written')),
      )
      const written = Map.groupBy(done.flat(), (row) => row.id)
      for (const id of ['a', 'b', 'c']) {
        const expected = [...arrivals.entries()].filter(([, one]) => one.id === id && !one.bad).map(([by]) => by)
        assert.deepEqual(
          (written.get(id) ?? []).map((row) => row.by),
          expected,
        )
      }
    }),
    { seed: 20, numRuns: 60 },
  )
})

const SHORT: GroupBounds = { lateMs: 100, writeMs: 10_000, writes: 2, waitMs: 10_000, waiting: 100 }
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** Long enough for what has arrived to be on its way. */
const turn = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A database whose every write waits until it is let go. */
function heldCommits() {
  const begun: Row[][] = []
  const gates: PromiseWithResolvers<void>[] = []
  const run = async (rows: readonly Row[]) => {
    const gate = Promise.withResolvers<void>()
    begun.push([...rows])
    gates.push(gate)
    await gate.promise
    return rows.map((row) => row)
  }
  return {
    begun,
    run,
    letGo: (i: number) => gates[i]?.resolve(),
    fail: (i: number, error: Error) => gates[i]?.reject(error),
  }
}

test('a write that is late is overtaken, but not by another of its own row', async () => {
  const { begun, run, letGo } = heldCommits()
  const { write } = groupUpdates(update, run, SHORT)
  const first = [write({ id: 'a', by: 1 }), write({ id: 'b', by: 1 })]
  await turn()
  const later = [write({ id: 'a', by: 2 }), write({ id: 'c', by: 1 })]
  await turn()
  assert.equal(begun.length, 1, 'it is not late yet')
  await pause(150)
  assert.deepEqual(begun[1], [{ id: 'c', by: 1 }])
  letGo(1)
  assert.deepEqual(await later[1], { id: 'c', by: 1 })
  letGo(0)
  await Promise.all(first)
  await turn()
  assert.deepEqual(begun[2], [{ id: 'a', by: 2 }])
  letGo(2)
  await later[0]
})

test('no more than so many writes are under way, however late they are', async () => {
  const { begun, run, letGo } = heldCommits()
  const { write } = groupUpdates(update, run, SHORT)
  const calls: Promise<unknown>[] = []
  for (const ids of [['a'], ['b'], ['c', 'd']]) {
    calls.push(...ids.map((id) => write({ id })))
    await pause(150)
  }
  assert.deepEqual(begun, [[{ id: 'a' }], [{ id: 'b' }]])
  letGo(0)
  await turn()
  assert.deepEqual(begun[2], [{ id: 'c' }, { id: 'd' }])
  letGo(1)
  letGo(2)
  await Promise.all(calls)
})

test('an update that waits too long is refused as trouble, and what comes after it is written', async () => {
  const { begun, run, letGo } = heldCommits()
  const { write, waitedMs } = groupUpdates(update, run, { ...SHORT, writes: 1, waitMs: 200 })
  assert.equal(waitedMs(), 0)
  const first = write({ id: 'a' })
  await turn()
  const waiting = write({ id: 'b' })
  await pause(20)
  assert.ok(waitedMs() >= 10)
  await assert.rejects(waiting, (error) => judgeFault(error) === 'unavailable')
  assert.equal(waitedMs(), 0)
  const next = write({ id: 'c' })
  letGo(0)
  await first
  await turn()
  letGo(1)
  await next
  assert.deepEqual(begun, [[{ id: 'a' }], [{ id: 'c' }]])
})

test('a write whose answer never comes is given up, and holds up nobody after it', async () => {
  const { run, letGo } = heldCommits()
  const { write } = groupUpdates(update, run, { ...SHORT, writeMs: 40, writes: 1 })
  const lost = ['a', 'b'].map((id) => write({ id }))
  for (const one of await Promise.allSettled(lost)) {
    assert.equal(one.status === 'rejected' && judgeFault(one.reason), 'unavailable')
  }
  const next = write({ id: 'a' })
  await turn()
  letGo(1)
  assert.deepEqual(await next, { id: 'a' })
})

test('more than may wait are refused at once', async () => {
  const { run, letGo } = heldCommits()
  const { write } = groupUpdates(update, run, { ...SHORT, waiting: 3, lateMs: 10_000 })
  const first = write({ id: 'a' })
  await turn()
  const calls = ['b', 'c', 'd', 'e', 'f'].map((id) => write({ id }))
  const refused = await Promise.allSettled(calls.slice(3))
  assert.ok(refused.every((one) => one.status === 'rejected' && judgeFault(one.reason) === 'unavailable'))
  letGo(0)
  await turn()
  letGo(1)
  await Promise.all([first, ...calls.slice(0, 3)])
})

test('trouble of the database is everybody’s at once; contention, like a bad row, is sought row by row', async () => {
  const fault = (code: string) => Object.assign(new Error(code), { code })
  for (const [code, asked] of [
    ['57P01', 1],
    ['53100', 1],
    ['ECONNRESET', 1],
    ['55P03', 4],
    ['23514', 4],
  ] as const) {
    let runs = 0
    const { write } = groupUpdates(update, async (rows) => {
      runs += 1
      if (runs > 1 && rows[0]?.id === 'b') return rows.map((row) => row)
      throw fault(code)
    })
    const calls = await Promise.allSettled(['a', 'b', 'c'].map((id) => write({ id })))
    assert.equal(runs, asked, code)
    assert.deepEqual(
      calls.map((one) => (one.status === 'rejected' ? one.reason.code : 'written')),
      [code, asked === 1 ? code : 'written', code],
    )
  }
})

test('one row that is locked holds up none of its group but itself', async () => {
  const locked = Promise.withResolvers<void>()
  const { write } = groupUpdates(update, async (rows) => {
    if (rows.length > 1) throw Object.assign(new Error('locked'), { code: '55P03' })
    if (rows[0]?.id === 'a') await locked.promise
    return rows.map((row) => row)
  })
  const [first, ...others] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => write({ id }))
  await Promise.all(others)
  locked.resolve()
  await first
})
