import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enqueue } from '../../src/platform/jobs/enqueue.ts'
import { lookForMetrics } from '../../src/platform/metrics-look.ts'
import { looks } from '../../src/server.ts'
import { application, login, REFRESH, user } from '../builders.ts'
import { START, type World } from '../world.ts'
import { activeDomain, DAY_MS, domainStages } from './domains.ts'
import { connect, keySaml } from './saml-connections.ts'

const MINUTE_MS = 60_000

/** What a gauge says, by the value of its only label; in Unix ms. */
async function read(w: World, name: 'oldestKey' | 'nextKey' | 'firstCertificateEnd') {
  const { values } = await w.deps.metrics[name].get()
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels)[0], Math.round(value * 1000)]))
}

/** Let so much time pass that the metrics are looked at again. */
async function lookLater(w: World, ms = 5 * MINUTE_MS) {
  w.advance(ms)
  await lookForMetrics(w.deps, looks)
}

for (const stage of await domainStages()) {
  const { engine, w, site } = stage

  test(`${engine}: metrics tell how old signing keys are, and when certificates end`, async () => {
    await lookForMetrics(w.deps, looks)
    assert.deepEqual(await read(w, 'oldestKey'), {})
    assert.deepEqual(await read(w, 'firstCertificateEnd'), {})

    const app = await application(w)
    await lookLater(w, MINUTE_MS)
    assert.deepEqual(await read(w, 'oldestKey'), {}, 'it is looked at once in five minutes')
    await lookLater(w)
    const all = (time: number) => ({ access_token: time, challenge_token: time, webhook: time })
    assert.deepEqual(await read(w, 'oldestKey'), all(START))
    assert.deepEqual(await read(w, 'nextKey'), all(START + 90 * DAY_MS))

    await keySaml(w, app)
    await connect(w, app)
    const now = w.deps.now()
    await activeDomain(stage, app, `login.${app.id}.example`)
    await lookLater(w)
    const { domain, ...saml } = await read(w, 'firstCertificateEnd')
    assert.deepEqual(saml, { saml_own: now + 10 * 365 * DAY_MS, saml_provider: now + 1000 * DAY_MS })
    assert.ok(domain && domain > Date.now() && domain < Date.now() + 400 * DAY_MS, String(domain))
    assert.ok(site.greeted.length > 0)
  })

  test(`${engine}: what ends is no longer told once it is gone`, async () => {
    const app = await application(w)
    const { id } = await activeDomain(stage, app, `other.${app.id}.example`)
    await lookLater(w)
    assert.ok('domain' in (await read(w, 'firstCertificateEnd')))
    await w.deps.transact(async (tx) => {
      await tx.withTables<{ domains: { status: string } }>().deleteFrom('domains').execute()
    })
    await lookLater(w)
    assert.ok(!('domain' in (await read(w, 'firstCertificateEnd'))), id)
  })

  test(`${engine}: how many jobs are parked is told by kind, also of those from before the process started`, async () => {
    const parked = async () =>
      Object.fromEntries((await w.deps.metrics.parkedNow.get()).values.map(({ labels, value }) => [labels.kind, value]))
    const park = (parked_at: number | null) =>
      w.deps.transact(async (tx) => {
        const jobs = tx.withTables<{ jobs: { kind: string; parked_at: number | null } }>()
        await jobs.updateTable('jobs').set({ parked_at }).where('kind', '=', 'some/work').execute()
      })
    const { id } = await application(w)
    await w.deps.transact((tx) => enqueue(tx, w.deps, id, 'some/work', null))
    await park(w.deps.now())
    await lookLater(w)
    assert.deepEqual(await parked(), { 'some/work': 1 })
    await park(null)
    await lookLater(w)
    assert.deepEqual(await parked(), {})
  })

  test(`${engine}: commits are timed, those of transactions and those that many updates share`, async () => {
    const { commits } = w.deps.metrics
    const counts = async () => {
      const { values } = await commits.get()
      const found = values.filter(({ metricName }) => metricName?.endsWith('_count'))
      return Object.fromEntries(found.map(({ labels, value }) => [labels.write, value]))
    }
    const before = await counts()
    await w.deps.transact(async () => {})
    await assert.rejects(
      w.deps.transact(async () => {
        throw new Error('none of this')
      }),
    )
    const after = await counts()
    assert.equal((after.transaction ?? 0) - (before.transaction ?? 0), 1)
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const { group = 0 } = await counts()
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal((await counts()).group, group + 1)
  })
}
