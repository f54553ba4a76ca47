import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { application, login, user } from '../../test/builders.ts'
import { stages } from '../../test/house/stages.ts'
import { createApp, deleteApp } from './apps.ts'
import { exportAudit, listAudit, verify } from './audit.ts'
import { createKey, revokeKey, rotateKey } from './keys.ts'
import type { Outcome } from './outcome.ts'
import { revokeUserSessions } from './users.ts'

/** What a command answers to machines. */
function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  return (outcome as { json: any }).json
}

const plainOf = (outcome: Outcome) => (outcome.kind === 'done' ? outcome.plain : assert.fail(JSON.stringify(outcome)))
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))
const limit = '100'

for (const { engine, w } of await stages()) {
  describe(engine, () => {
    const { deps } = w

    test('what commands change is in the log, by whom and to what, and no secret of it', async () => {
      const app = await application(w)
      const made = jsonOf(await createKey(deps, { app: app.id }, { name: 'deploy', permissions: 'users:read' }))
      const rotated = jsonOf(await rotateKey(deps, made.key_id, { overlapHours: '1' }))
      await revokeKey(deps, rotated.key_id)
      assert.match(reasonOf(await revokeKey(deps, 'key_nothing')), /no live key/)
      const id = await user(w, app)
      await login(w, app, id)
      await revokeUserSessions(deps, app.id, id)
      const rows = jsonOf(await listAudit(deps, { app: app.id }, { limit }))
      assert.deepEqual(
        rows.map((row: { actor: string; operation: string; target: object }) => [row.actor, row.operation, row.target]),
        [
          ['cli', 'invalidateUserSessions', { userID: id }],
          ['cli', 'deleteKey', { keyID: rotated.key_id }],
          ['cli', 'rotateKey', { keyID: made.key_id }],
          ['cli', 'createKey', { keyID: made.key_id }],
        ],
      )
      assert.deepEqual(rows[3].changes.permissions, { after: ['users:read'] })
      const text = JSON.stringify(rows)
      for (const secret of [made.management_key, rotated.management_key]) assert.ok(!text.includes(secret))
      assert.match(
        plainOf(await listAudit(deps, { app: app.id }, { limit: '1' })),
        new RegExp(`cli +invalidate.* ${id}`),
      )
    })

    test('applications that are made and deleted are in the log of the instance, which outlives them', async () => {
      const id = `cli-${engine}`
      await createApp(deps, id, { mode: 'dev' })
      await deleteApp(deps, id)
      w.advance(60_000)
      await w.drain()
      const rows = jsonOf(await listAudit(deps, { instance: true }, { limit, target: id }))
      assert.deepEqual(
        rows.map((row: { operation: string }) => row.operation),
        ['deleteApplication', 'createApplication'],
      )
      assert.match(reasonOf(await listAudit(deps, { app: id }, { limit })), /no application/)
    })

    test('entries are filtered, exported a line each, oldest first, and verified', async () => {
      const app = await application(w)
      const before = new Date(w.deps.now() + 1_000).toISOString()
      await createKey(deps, { app: app.id }, { name: 'one' })
      w.advance(2_000)
      await app.manage('/config/scopes', { body: { scope: 'read' } })
      const operations = async (flags: object) =>
        jsonOf(await listAudit(deps, { app: app.id }, { limit, ...flags })).map(
          (row: { operation: string }) => row.operation,
        )
      assert.deepEqual(await operations({ actor: 'cli' }), ['createKey'])
      assert.deepEqual(await operations({ since: before }), ['createScope'])
      assert.deepEqual(await operations({ until: before }), ['createKey'])
      assert.deepEqual(await operations({ operation: 'createScope', actor: 'cli' }), [])
      const lines: string[] = []
      const said = await exportAudit(deps, { app: app.id }, {}, (line) => lines.push(line))
      assert.equal(said.kind, 'said')
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).operation),
        ['createKey', 'createScope'],
      )
      const api = await app.manage('/audit/export')
      assert.equal(lines.join(''), api.body)

      assert.match(plainOf(await verify(deps, { app: app.id })), /intact: 2 entries of 1 days, up to [\w-]{43}\.$/)
      await deps.transact((tx) =>
        sql`update audit_rows set actor = 'nobody' where app_id = ${app.id} and operation = 'createKey'`.execute(tx),
      )
      const broken = await verify(deps, { app: app.id })
      assert.match(plainOf(broken), /broken: \S+\.000000001 was changed/)
      assert.ok(broken.kind === 'done' && broken.failed)
    })

    test('what is no time, no number and no holder is refused', async () => {
      const app = { app: (await application(w)).id }
      assert.match(reasonOf(await listAudit(deps, app, { limit: '0' })), /--limit/)
      assert.match(reasonOf(await listAudit(deps, app, { limit, since: 'yesterday' })), /--since takes a time/)
      assert.match(reasonOf(await exportAudit(deps, app, { until: '2026' }, () => {})), /--until takes a time/)
      assert.match(reasonOf(await verify(deps, {})), /either --app/)
      assert.match(plainOf(await verify(deps, app)), /intact: 0 entries of 0 days, up to nothing\./)
      assert.equal(plainOf(await listAudit(deps, app, { limit })), 'There is no entry.')
    })
  })
}
