import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import {
  type Answer,
  application,
  applicationRecord,
  login,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { MAX_GROUPS_OF_USER } from '../../core/groups/group.ts'
import { memberRow } from '../../core/groups/membership.ts'
import { insertMembers } from '../../core/groups/store/members.ts'
import { insertGroup } from '../../core/groups/store.ts'
import { sweepUserJobs } from '../../core/user-jobs/run.ts'
import { takeSlice } from '../../core/user-jobs/slice.ts'
import { findUserJob } from '../../core/user-jobs/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const begin = (app: TestApp, body: object): Promise<Answer> => app.manage('/users/jobs', { body })

async function begun(app: TestApp, body: object): Promise<string> {
  const answer = await begin(app, body)
  assert.equal(answer.status, 202, JSON.stringify(answer.body))
  assert.equal(answer.body.job.status, 'counting')
  return answer.body.job.id
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i)
const jobOf = async (app: TestApp, id: string) => (await app.manage(`/users/jobs/${id}`)).body.job
const statusOf = async (app: TestApp, id: string) => (await app.manage(`/users/${id}`)).body.user?.status

for (const { engine, w } of await stages()) {
  /** What has become of a job when all is done. */
  async function done(app: TestApp, body: object) {
    const id = await begun(app, body)
    await w.drain()
    return await jobOf(app, id)
  }
  const tallyOf = ({ status, matched, done: isDone, unchanged, failed }: Record<string, unknown>) => [
    status,
    matched,
    isDone,
    unchanged,
    failed,
  ]
  const people = (app: TestApp, count: number, profile: object = {}) =>
    range(count).reduce<Promise<string[]>>(async (made) => {
      const before = await made
      w.advance(1_000)
      return [...before, await user(w, app, { profile: { ...profile } })]
    }, Promise.resolve([]))

  test(`${engine}: a job keeps everybody out whom it means, as the operation for one does, and lets them in again`, async () => {
    const app = await application(w)
    const [a, b, c] = (await people(app, 3)) as [string, string, string]
    const client = await login(w, app, a)
    await app.manage(`/users/${b}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const job = await done(app, { action: 'block', filter: { ids: [b, a, a, 'usr_nobody'] } })
    assert.deepEqual(tallyOf(job), ['completed', 2, 1, 1, 0])
    assert.deepEqual(job.filter, { ids_count: 3 })
    assert.ok(job.finished_at)
    assert.deepEqual(
      [await statusOf(app, a), await statusOf(app, b), await statusOf(app, c)],
      ['inactive', 'inactive', 'active'],
    )
    assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal((await eventsOf(w, app, 'user.session.revoked'))[0]?.reason, 'user_inactive')
    assert.deepEqual(tallyOf(await done(app, { action: 'unblock', filter: { status: 'inactive' } })), [
      'completed',
      2,
      2,
      0,
      0,
    ])
    assert.equal(await statusOf(app, b), 'active')
  })

  test(`${engine}: a job ends sessions, and deletes users with everything that is theirs`, async () => {
    const app = await application(w)
    const [a, b] = (await people(app, 2)) as [string, string]
    const client = await login(w, app, a)
    assert.deepEqual(tallyOf(await done(app, { action: 'end_sessions', filter: { all: true }, expect_count: 2 })), [
      'completed',
      2,
      1,
      1,
      0,
    ])
    assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal(await statusOf(app, a), 'active')
    assert.deepEqual(tallyOf(await done(app, { action: 'delete', filter: { ids: [a] } })), ['completed', 1, 1, 0, 0])
    assertNotFound(await app.manage(`/users/${a}`))
    assert.deepEqual(
      (await eventsOf(w, app, 'user.deleted')).map(({ user_id }) => user_id),
      [a],
    )
    assert.equal(await statusOf(app, b), 'active')
  })

  test(`${engine}: a job puts users into a group and takes them out`, async () => {
    const app = await application(w)
    const [a, b] = (await people(app, 2)) as [string, string]
    await app.manage('/config/groups', { body: { name: 'staff', scopes: [] } })
    const groupsOf = async (id: string) => (await app.manage(`/users/${id}/groups`)).body.groups
    await app.manage(`/users/${a}/groups`, { body: { group: 'staff' } })
    assert.deepEqual(
      tallyOf(await done(app, { action: 'add_to_group', group: 'staff', filter: { status: 'active' } })),
      ['completed', 2, 1, 1, 0],
    )
    assert.deepEqual([await groupsOf(a), await groupsOf(b)], [['staff'], ['staff']])
    assert.equal((await eventsOf(w, app, 'user.group.added')).length, 2)
    const out = await done(app, { action: 'remove_from_group', group: 'staff', filter: { group: 'staff', ids: [a] } })
    assert.deepEqual(tallyOf(out), ['completed', 1, 1, 0, 0])
    assert.equal(out.group, 'staff')
    assert.deepEqual([await groupsOf(a), await groupsOf(b)], [[], ['staff']])

    const id = await begun(app, { action: 'add_to_group', group: 'staff', filter: { ids: [a] } })
    await app.manage('/config/groups/staff', { method: 'DELETE' })
    await w.drain()
    const job = await jobOf(app, id)
    assert.deepEqual([job.status, job.problem], ['failed', 'the group is gone'])
  })

  test(`${engine}: somebody for whom there is no room fails alone, and is named`, async () => {
    const app = await application(w)
    const [full, other] = (await people(app, 2)) as [string, string]
    await app.manage('/config/groups', { body: { name: 'last', scopes: [] } })
    const group = (id: string) => ({ id, name: id, scopes: [], createdAt: 0, updatedAt: 0 })
    await w.deps.transact(async (tx) => {
      for (const i of range(MAX_GROUPS_OF_USER)) await insertGroup(tx, app.id, group(`g${i}`))
      await insertMembers(
        tx,
        range(MAX_GROUPS_OF_USER).map((i) => memberRow(w.deps, app.id, full, `g${i}`)),
      )
    })
    const job = await done(app, { action: 'add_to_group', group: 'last', filter: { ids: [full, other] } })
    assert.deepEqual([...tallyOf(job), job.failed_ids], ['completed', 2, 1, 0, 1, [full]])
  })

  test(`${engine}: somebody who cannot be changed, for whatever reason, holds up nobody else`, async () => {
    const app = await application(w)
    const [, broken] = (await people(app, 3)) as [string, string]
    await w.deps.transact((tx) => sql`update users set profile = 'broken' where id = ${broken}`.execute(tx))
    const id = await begun(app, { action: 'delete', filter: { all: true }, expect_count: 3 })
    await w.drain()
    const job = await jobOf(app, id)
    assert.deepEqual([...tallyOf(job), job.failed_ids], ['completed', 3, 2, 0, 1, [broken]])
  })

  test(`${engine}: every member of a filter narrows it down`, async () => {
    const app = await application(w)
    const begunAt = w.deps.now()
    const [a, b] = (await people(app, 2, { name: 'Ada' })) as [string, string]
    const [c] = (await people(app, 1, { name: 'Bob' })) as [string]
    const external = await user(w, app, { externalId: 'customer-7', phone: '+306912345678' })
    await w.deps.transact(async (tx) => {
      await sql`update users set migrated_at = 5 where app_id = ${app.id} and id = ${b}`.execute(tx)
      await sql`insert into imported_users (app_id, user_id, import_id, is_new, applied) values (${app.id}, ${c}, 'imp_1', 1, '')`.execute(
        tx,
      )
    })
    const matched = async (filter: object) => (await done(app, { action: 'delete', filter, dry_run: true })).matched
    assert.equal(await matched({ all: true }), 4)
    assert.equal(await matched({ query: 'ada' }), 2)
    assert.equal(await matched({ query: 'customer-7' }), 1)
    assert.equal(await matched({ query: '+30691' }), 1)
    assert.equal(await matched({ query: 'ada', migrated: true }), 1)
    assert.equal(await matched({ migrated: false }), 3)
    assert.equal(await matched({ import_id: 'imp_1' }), 1)
    assert.equal(await matched({ import_id: 'imp_2' }), 0)
    assert.equal(await matched({ created_after: rfc3339(begunAt + 1_000) }), 3)
    assert.equal(
      await matched({ created_after: rfc3339(begunAt + 1_000), created_before: rfc3339(begunAt + 3_000) }),
      1,
    )
    assert.equal(await matched({ status: 'inactive' }), 0)
    for (const id of [a, b, c, external]) assert.equal(await statusOf(app, id), 'active')
    const elsewhere = await application(w)
    assert.equal((await done(elsewhere, { action: 'delete', filter: { ids: [a, b] }, dry_run: true })).matched, 0)
  })

  test(`${engine}: nobody means everybody by accident`, async () => {
    const app = await application(w)
    await people(app, 3)
    for (const filter of [
      {},
      { all: true, status: 'active' },
      { all: false },
      { ids: [] },
      { stauts: 'inactive', migrated: true },
    ])
      assertInvalid(await begin(app, { action: 'delete', filter, expect_count: 3 }), 'body.filter')
    assertInvalid(await begin(app, { action: 'delete' }), 'body.filter')
    assertInvalid(await begin(app, { action: 'delete', filter: { all: true } }), 'body.expect_count')
    const job = await done(app, { action: 'delete', filter: { all: true }, expect_count: 2 })
    assert.deepEqual([...tallyOf(job), job.problem], ['failed', 3, 0, 0, 0, 'more users are meant than expected'])
    assert.equal((await app.manage('/users')).body.users.length, 3)
    assert.deepEqual(tallyOf(await done(app, { action: 'delete', filter: { all: true }, expect_count: 3 })), [
      'completed',
      3,
      3,
      0,
      0,
    ])
  })

  test(`${engine}: whoever comes after a job was begun is not meant by it`, async () => {
    const app = await application(w)
    await people(app, 2)
    const id = await begun(app, { action: 'delete', filter: { all: true }, expect_count: 10 })
    const [late] = (await people(app, 1)) as [string]
    await w.drain()
    assert.deepEqual(tallyOf(await jobOf(app, id)), ['completed', 2, 2, 0, 0])
    assert.equal(await statusOf(app, late), 'active')
  })

  test(`${engine}: whoever is not meant any more when it is their turn is left as they are, and no more are changed than was said`, async () => {
    const app = await application(w)
    const [a, b, c] = (await people(app, 3)) as [string, string, string]
    for (const id of [a, b]) await app.manage(`/users/${id}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const id = await begun(app, { action: 'delete', filter: { status: 'inactive' }, expect_count: 2 })
    const counted = await slice(app, id, 100)
    assert.deepEqual([counted.status, counted.matched], ['running', 2])
    await app.manage(`/users/${a}/status`, { method: 'PUT', body: { status: 'active' } })
    await w.drain()
    assert.deepEqual(tallyOf(await jobOf(app, id)), ['completed', 2, 1, 0, 0])
    assert.equal(await statusOf(app, a), 'active')

    const other = await begun(app, { action: 'block', filter: { status: 'active' }, expect_count: 2 })
    await slice(app, other, 100)
    await app.manage('/users/bulk', {
      body: { users: [{ external_id: 'z', identifiers: [{ type: 'email_address', value: 'z@example.com' }] }] },
    })
    await w.deps.transact((tx) => sql`update user_jobs set expect_count = 1 where id = ${other}`.execute(tx))
    await w.drain()
    const ended = await jobOf(app, other)
    assert.deepEqual([...tallyOf(ended), ended.problem], ['failed', 2, 1, 0, 0, 'more users are meant than expected'])
    assert.deepEqual([await statusOf(app, a), await statusOf(app, c)], ['inactive', 'active'])
  })

  /** Take a job on by one slice, as its run does. */
  async function slice(app: TestApp, id: string, count: number) {
    await applicationRecord(w, app)
    const row = await findUserJob(w.deps.db, app.id, id)
    assert.ok(row)
    const sliced = await takeSlice(w.deps, row, count)
    assert.equal(sliced.kind, 'advanced')
    return await jobOf(app, id)
  }

  test(`${engine}: a job that was broken off goes on where it was, and a slice that is done again changes nothing`, async () => {
    const app = await application(w)
    const ids = await people(app, 5)
    const id = await begun(app, { action: 'block', filter: { all: true }, expect_count: 5 })
    for (let i = 0; i < 2; i++) await slice(app, id, 1)
    const before = await findUserJob(w.deps.db, app.id, id)
    assert.ok(before && before.status === 'running')
    await slice(app, id, 2)
    assert.deepEqual(await takeSlice(w.deps, before, 2), { kind: 'lost' })
    assert.deepEqual([(await jobOf(app, id)).done, await statusOf(app, ids[2] as string)], [2, 'active'])
    await w.drain()
    assert.deepEqual(tallyOf(await jobOf(app, id)), ['completed', 5, 5, 0, 0])
  })

  test(`${engine}: a job that was cancelled does nothing more`, async () => {
    const app = await application(w)
    const ids = await people(app, 3)
    const id = await begun(app, { action: 'delete', filter: { all: true }, expect_count: 3 })
    await slice(app, id, 100)
    await slice(app, id, 1)
    const cancel = (jobId: string) => app.manage(`/users/jobs/${jobId}/cancel`, { method: 'POST' })
    const cancelled = await cancel(id)
    assert.deepEqual([cancelled.status, cancelled.body.job.status, cancelled.body.job.done], [200, 'cancelled', 1])
    await w.drain()
    assert.equal(await statusOf(app, ids[1] as string), 'active')
    assertDenied(await cancel(id), 'user_job_finished', 'conflict')
    assertNotFound(await cancel('ujob_nobody'))
    assertNotFound(await app.manage('/users/jobs/ujob_nobody'))
  })

  test(`${engine}: jobs are listed, the latest first, and only so many are under way at once`, async () => {
    const app = await application(w)
    const body = { action: 'block', filter: { query: 'nobody' }, dry_run: true }
    const ids: string[] = []
    for (let i = 0; i < 10; i++) ids.unshift(await begun(app, body))
    assertDenied(await begin(app, body), 'too_many_user_jobs', 'conflict')
    const listed = (await app.manage('/users/jobs?limit=3')).body
    const idsOf = (jobs: { id: string }[]) => jobs.map((job) => job.id)
    assert.deepEqual(idsOf(listed.jobs), ids.slice(0, 3))
    assert.deepEqual(idsOf((await app.manage(`/users/jobs?after=${listed.next}`)).body.jobs), ids.slice(3))
    assertInvalid(await app.manage('/users/jobs?limit=0'), 'query.limit')
    await w.drain()
    assert.equal((await begin(app, body)).status, 202)
    await w.drain()
    w.advance(31 * 86_400_000)
    await sweepUserJobs.run(null, { appId: '', jobId: 'job_1' }, w.deps)
    assert.deepEqual((await app.manage('/users/jobs')).body, { jobs: [] })
  })

  test(`${engine}: the log says what a job was asked to do to whom, but for what names a person, and how many rows were sent at once`, async () => {
    const app = await application(w)
    const filter = { query: 'ada@example.com', status: 'active' }
    const id = await begun(app, { action: 'block', filter, expect_count: 5 })
    await app.manage('/users/bulk', { body: { users: [{ external_id: 'a' }] } })
    const { entries: audit } = (await app.manage('/audit')).body
    const told = (operation: string) => audit.find((one: { operation: string }) => one.operation === operation)
    assert.deepEqual(told('createUserJob').target, { userJobID: id })
    assert.deepEqual(told('createUserJob').changes, {
      action: { after: 'block' },
      'filter.query': 'changed',
      'filter.status': { after: 'active' },
      dry_run: { after: false },
      expect_count: { after: 5 },
    })
    assert.deepEqual(told('bulkUsers').changes.users, { after: 1 })
  })

  test(`${engine}: a job that makes no sense is refused with the place of the fault`, async () => {
    const app = await application(w)
    const filter = { status: 'active' }
    assertInvalid(await begin(app, { action: 'promote', filter }), 'body.action')
    assertInvalid(await begin(app, { action: 'add_to_group', filter }), 'body.group')
    assertInvalid(await begin(app, { action: 'block', group: 'staff', filter }), 'body.group')
    assertInvalid(await begin(app, { action: 'add_to_group', group: 'staff', filter }), 'body.group')
    assertInvalid(await begin(app, { action: 'block', filter: { group: 'staff' } }), 'body.filter.group')
    assertInvalid(await begin(app, { action: 'block', filter: { created_after: 'once' } }), 'body.filter.created_after')
    const late = { created_before: '9999-12-31T23:59:59-01:00' }
    assertInvalid(await begin(app, { action: 'block', filter: late }), 'body.filter.created_before: lies')
    assertInvalid(await begin(app, { action: 'block', filter: { ids: Array(1_001).fill('usr_1') } }), 'body.filter.ids')
    assertInvalid(await begin(app, { action: 'block', filter, expect_count: -1 }), 'body.expect_count')
  })
}
