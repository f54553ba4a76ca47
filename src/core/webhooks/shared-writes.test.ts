import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../../test/world.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { sharedWrites } from './shared-writes.ts'

const w = await world('sqlite')

test('what comes while a write is under way shares the next one', async () => {
  const deps: Deps = { ...w.deps }
  const seen: Tx[] = []
  const note = async (tx: Tx) => void seen.push(tx)
  await Promise.all(Array.from({ length: 10 }, () => sharedWrites(deps)(note)))
  assert.equal(seen.length, 10)
  assert.equal(new Set(seen).size, 2)
})

test('one that fails does not take the others with it', async () => {
  const deps: Deps = { ...w.deps }
  const works = Array.from({ length: 5 }, (_, n) =>
    sharedWrites(deps)(async () => {
      if (n === 3) throw new Error('it broke')
      return n
    }),
  )
  const outcomes = await Promise.allSettled(works)
  assert.deepEqual(
    outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
    [0, 1, 2, 'Error: it broke', 4],
  )
})
