import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import manifest from '../../../package.json' with { type: 'json' }
import { apiKey, application, instanceKey, login, send, user } from '../../../test/builders.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { ENGINES, freshDatabase, START, type World, world } from '../../../test/world.ts'
import { claimDatabase } from '../../core/master-key/canary.ts'
import { issueCertificate } from '../../crypto/certificate.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { runDueJobs } from '../../platform/jobs/jobs.ts'
import { insertJob } from '../../platform/jobs/store.ts'
import { masterKeyId } from '../../platform/key-set.ts'
import { servedCertificate } from '../../platform/served-certificate.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { jobs } from '../../server.ts'

const HOUR_MS = 3_600_000

const health = async (w: World) => {
  const { status, body } = await send(w, '/v2/session/health', {
    headers: { authorization: `Bearer ${await instanceKey(w)}` },
  })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

for (const engine of ENGINES) {
  test(`${engine}: a server that does well says which one it is, and that nothing waits`, async () => {
    const w = await world(engine)
    const { master_keys, ...rest } = await health(w)
    assert.deepEqual(rest, {
      version: manifest.version,
      node: process.version,
      processes: null,
      database: { kind: engine, writable: true, pending_migrations: [] },
      jobs: { waiting: 0, oldest_waiting_since: null, parked: 0 },
      clock: { skew_ms: engine === 'postgres' ? 0 : null, believed: true },
      certificate: null,
    })
    const id = masterKeyId(w.deps.config.masterKey)
    assert.deepEqual(master_keys, {
      counted_at: null,
      keys: [{ id, given: 'newest', sealed: null, sessions: null, may_go: false }],
    })
    assert.equal((await health(await world(engine, { config: { processes: 4 } }))).processes, 4)
  })

  test(`${engine}: jobs that wait are told with the time of the first, apart from those that were given up and those of later`, async () => {
    const w = await world(engine)
    const { deps } = w
    const insert = (id: string, run_at: number, kind = 'test/waits') =>
      deps.transact((tx) =>
        insertJob(tx, { id, app_id: '', kind, payload: 'null', run_at, trace: null, request_id: null }),
      )
    const doomed = { kind: 'test/doomed', maxAttempts: 1, run: () => Promise.reject(new Error('never')) }
    await insert('job_given_up', deps.now(), doomed.kind)
    await runDueJobs(deps, [doomed])
    await insert('job_first', deps.now() - 5_000)
    await insert('job_second', deps.now() - 2_000)
    await insert('job_later', deps.now() + 60_000)
    assert.deepEqual((await health(w)).jobs, {
      waiting: 2,
      oldest_waiting_since: rfc3339(START - 5_000),
      parked: 1,
    })
    const seen: number[] = []
    const waits = {
      kind: 'test/waits',
      maxAttempts: 1,
      async run(): Promise<undefined> {
        seen.push((await health(w)).jobs.waiting)
      },
    }
    await runDueJobs(deps, [waits])
    assert.deepEqual(seen, [0, 0], 'what somebody is at does not wait')
  })

  test(`${engine}: a schema that lacks something, and a clock that was set, are told`, async () => {
    const w = await world(engine)
    const name = 'platform/008-parked-jobs-by-id'
    await w.deps.transact((tx) => sql`delete from migrations where name = ${name}`.execute(tx))
    assert.deepEqual((await health(w)).database.pending_migrations, [name])
    await trustedTime(w.deps).ask()
    w.setWallClock(START + HOUR_MS)
    const { clock } = await health(w)
    assert.deepEqual(clock, { skew_ms: engine === 'postgres' ? -HOUR_MS : null, believed: false })
  })

  test(`${engine}: what hangs on which master key is told as the rotation has counted it`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const [older, newer] = [new Uint8Array(32).fill(7), new Uint8Array(randomBytes(32))]
    const before = await world(engine, { databaseUrl })
    await claimDatabase(before.deps)
    const app = await application(before)
    await login(before, app, await user(before, app))
    const w = await world(engine, { databaseUrl, config: { masterKey: newer, previousMasterKeys: [older] } })
    await claimDatabase(w.deps)
    assert.equal((await health(w)).master_keys.counted_at, null, 'nothing was counted since')
    await jobs.find(({ kind }) => kind === 'master-key/reseal')?.run(null, { appId: '', jobId: '' }, w.deps)
    const { counted_at, keys } = (await health(w)).master_keys
    assert.equal(counted_at, rfc3339(START))
    const [first, second, ...more] = keys
    assert.deepEqual(more, [])
    assert.deepEqual({ ...first, sealed: undefined }, { ...of(newer, 'newest'), sealed: undefined })
    assert.ok(first.sealed >= 3, 'its signing keys at least')
    assert.deepEqual(second, { ...of(older, 'previous'), sessions: 1 })
  })

  test(`${engine}: whoever lacks the permission, and every key of an application, is refused`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const ask = (key: string) => send(w, '/v2/session/health', { headers: { authorization: `Bearer ${key}` } })
    assertDenied(await ask(app.managementKey), 'invalid_api_token', 'unauthorized')
    assertDenied(
      await ask(await apiKey(w, '', { permissions: ['audit:read'] })),
      'insufficient_permissions',
      'forbidden',
      'health:read',
    )
    assert.equal((await ask(await apiKey(w, '', { permissions: ['health:read'] }))).status, 200)
  })
}

const of = (key: Uint8Array, given: string) => ({ id: masterKeyId(key), given, sealed: 0, sessions: 0, may_go: false })

const tls = await selfSignedCertificate()

test('the certificate that is served is told, also once another one has taken its place', async () => {
  const w = await world('sqlite', { config: { tls } })
  const { certificate } = await health(w)
  assert.ok(certificate.names.includes('localhost'), JSON.stringify(certificate))
  const end = START + 9 * HOUR_MS
  const next = await issueCertificate({ dns: ['*.shop.example'], ip: [] }, START, end)
  servedCertificate(w.deps).replace(next)
  assert.deepEqual((await health(w)).certificate, {
    names: ['*.shop.example'],
    not_after: rfc3339(end - (end % 1000)),
  })
})
