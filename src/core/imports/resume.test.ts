import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application, applicationRecord, type TestApp } from '../../../test/builders.ts'
import { imported, ndjson, outcomesOf, putLines } from '../../../test/house/imports.ts'
import { rowsOf } from '../../../test/house/legacy.ts'
import { type World, world } from '../../../test/world.ts'
import { Unavailable } from '../../platform/db-fault.ts'
import type { Deps } from '../../platform/deps.ts'
import { exportUsers } from './export.ts'
import { loadSlice } from './load.ts'

/** Broken off at some writes, before or after they are committed, as by a crash. */
function crashing(deps: Deps, crashes: readonly ('before' | 'after' | 'no')[]): Deps {
  let writes = 0
  return {
    ...deps,
    async transact(work) {
      const crash = crashes[writes++]
      if (crash === 'before') throw new Unavailable('unavailable', 'it crashed')
      const outcome = await deps.transact(work)
      if (crash === 'after') throw new Unavailable('unavailable', 'it crashed')
      return outcome
    },
  }
}

async function open(app: TestApp, file: Buffer, cuts: readonly number[], options: object): Promise<string> {
  const { id } = (await app.manage('/imports', { body: { source: 'test', ...options } })).body.import
  const places = [0, ...cuts.map((cut) => cut % file.length).sort((a, b) => a - b), file.length]
  for (const [i, end] of places.slice(1).entries()) {
    const start = places[i] ?? 0
    if (end > start) assert.equal((await putLines(app, id, start, file.subarray(start, end))).status, 200)
  }
  assert.equal((await app.manage(`/imports/${id}/start`, { method: 'POST' })).status, 200)
  return id
}

/** Load until it is over, with a process that crashes and comes back. */
async function load(w: World, app: TestApp, id: string, crashes: readonly ('before' | 'after' | 'no')[]) {
  const record = await applicationRecord(w, app)
  const deps = crashing(w.deps, crashes)
  for (let round = 0; round < 200; round++) {
    const loaded = await loadSlice(deps, record, id).catch((error: unknown) => {
      assert.ok(error instanceof Unavailable, String(error))
      return 'crashed'
    })
    if (loaded === 'over') return
  }
  assert.fail('it never ended')
}

async function resultOf(w: World, app: TestApp, id: string) {
  const users = await exportUsers(w.deps, app.id, { limit: 500, hashes: true })
  const records = users.map(({ record: { updated_at: _, ...record } }) => record)
  const rows = (await rowsOf(w, app)).import_lines as {
    import_id: string
    line: number
    outcome: string
    code: string
  }[]
  const lines = rows.filter(({ import_id }) => import_id === id)
  return {
    outcomes: await outcomesOf(app, id),
    records: records.toSorted((a, b) => (a.external_id < b.external_id ? -1 : 1)),
    lines: lines.map(({ line, outcome, code }) => `${line} ${outcome} ${code}`).sort(),
  }
}

const FILE = ndjson([
  ...Array.from({ length: 130 }, (_, i) => imported(`u${i}`, { profile: { i }, groups: ['g'] })),
  '{ broken',
  imported('u7', { profile: { i: 'changed' } }),
  imported('twin', { identifiers: [{ type: 'email_address', value: 'u8@example.com', verified: true }] }),
  '',
  imported('no-way-in', { identifiers: [] }),
  imported('last'),
])

test('a file cut at any byte, and loaded by a process that crashes at any write, comes to the same', async () => {
  const w = await world('sqlite')
  const whole = await application(w)
  const dry = { dry_run: true }
  const expected = await (async () => {
    const id = await open(whole, FILE, [], {})
    await load(w, whole, id, ['no'])
    return await resultOf(w, whole, id)
  })()
  assert.deepEqual(expected.outcomes, { created: 131, updated: 1, conflict: 1, refused: 2, skipped: 1 })

  const anyCrash = fc.constantFrom('before' as const, 'after' as const, 'no' as const, 'no' as const)
  const anyCrashes = fc.array(anyCrash, { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 4 }), anyCrashes, async (cuts, crashes) => {
      const app = await application(w)
      const rehearsal = await open(app, FILE, [], dry)
      await load(w, app, rehearsal, crashes)
      assert.deepEqual(await outcomesOf(app, rehearsal), expected.outcomes)
      const id = await open(app, FILE, cuts, {})
      await load(w, app, id, crashes)
      const result = await resultOf(w, app, id)
      assert.deepEqual(result, expected)
    }),
    { numRuns: 8 },
  )
})
