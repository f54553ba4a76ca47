import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { answered, configure, hookKnows, migrate, moveOver, personOf } from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import { writeSamples } from '../../core/proof/exchanges.ts'
import { listSamples } from '../../core/proof/store/samples.ts'
import { writeCounted } from '../../core/rollups/count.ts'
import { totalRollups } from '../../core/rollups/store.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: exchanges are counted by what became of them, and of the refused some are kept as samples`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    await moveOver(w, app)
    for (const [status, times] of [
      [401, 8],
      [503, 1],
    ] as const) {
      w.fakeNetwork(async () => answered('', status))
      for (let i = 0; i < times; i++) await migrate(app)
    }
    await Promise.all([writeCounted(w.deps), writeSamples(w.deps)])
    assert.deepEqual(await totalRollups(w.deps.db, app.id, 'exchange'), [
      { labels: { outcome: 'exchanged', way: 'hook' }, count: 1 },
      { labels: { outcome: 'refused', reason: 'invalid_status_code' }, count: 8 },
      { labels: { outcome: 'unclear', reason: 'invalid_status_code' }, count: 1 },
    ])
    const samples = await listSamples(w.deps.db, app.id)
    assert.deepEqual(samples.map(({ slot }) => slot).sort(), [0, 1, 2, 3, 4])
    assert.deepEqual(new Set(samples.map(({ detail }) => detail)), new Set(['{"kind":"opaque","characters":51}']))
  })
}
