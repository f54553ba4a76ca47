import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { application } from '../../test/builders.ts'
import { remoteOf } from '../../test/cli/remote.ts'
import { stages } from '../../test/house/stages.ts'
import { openLocal } from './api/local.ts'
import { verify } from './audit.ts'
import { createAppKey, revokeAppKey, rotateAppKey } from './commands/app-keys.ts'
import { exportAudit } from './commands/audit-entries.ts'
import type { Outcome } from './outcome.ts'

/** What a command answers to machines. */
function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  return (outcome as { json: any }).json
}

const plainOf = (outcome: Outcome) => (outcome.kind === 'done' ? outcome.plain : assert.fail(JSON.stringify(outcome)))
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))

for (const { engine, w } of await stages()) {
  const { json, plain, refusal } = await remoteOf(w)

  describe(engine, () => {
    const { deps } = w

    test('what commands change is in the log, by whom and to what, and no secret of it', async () => {
      const app = await application(w)
      const own = await openLocal(deps)
      const made = jsonOf(await createAppKey(own, app.id, { name: 'deploy', permissions: ['users:read'] }))
      const times = { overlapMs: 3_600_000, expiresAt: undefined }
      const rotated = jsonOf(await rotateAppKey(own, app.id, made.key_id, times))
      assert.deepEqual(jsonOf(await revokeAppKey(own, app.id, rotated.key_id)), { key_id: rotated.key_id })
      assert.match(reasonOf(await revokeAppKey(own, app.id, 'key_nothing')), /\(404 not_found\)$/)
      await own.close()
      const rows = await json('audit', 'list', '--app', app.id)
      assert.deepEqual(
        rows.map((row: { actor: string; operation: string; target: object }) => [row.actor, row.operation, row.target]),
        [
          ['cli', 'deleteKey', { keyID: rotated.key_id }],
          ['cli', 'rotateKey', { keyID: made.key_id }],
          ['cli', 'createKey', { keyID: made.key_id }],
        ],
      )
      assert.deepEqual(rows[2].changes.permissions, { after: ['users:read'] })
      const text = JSON.stringify(rows)
      for (const secret of [made.management_key, rotated.management_key]) assert.ok(!text.includes(secret))
      assert.match(
        await plain('audit', 'list', '--app', app.id, '--limit', '1'),
        new RegExp(`cli +deleteKey +${rotated.key_id} .*\\nThere is more: --after`),
      )
    })

    test('applications that are made and deleted are in the log of the instance, which outlives them', async () => {
      const id = `cli-${engine}`
      await json('apps', 'create', id, '--mode', 'dev')
      await json('apps', 'delete', id, '--yes')
      w.advance(60_000)
      await w.drain()
      const rows = await json('audit', 'list', '--instance', '--target', id)
      assert.deepEqual(
        rows.map((row: { operation: string }) => row.operation),
        ['deleteApplication', 'createApplication'],
      )
      assert.match(await refusal('audit', 'list', '--app', id), /\(404 not_found\)$/)
    })

    test('entries are filtered, exported a line each, oldest first, and verified', async () => {
      const app = await application(w)
      const before = new Date(w.deps.now() + 1_000).toISOString()
      const own = await openLocal(deps)
      await createAppKey(own, app.id, { name: 'one' })
      await own.close()
      w.advance(2_000)
      await app.manage('/config/scopes', { body: { scope: 'read' } })
      const operations = async (...flags: string[]) =>
        (await json('audit', 'list', '--app', app.id, ...flags)).map((row: { operation: string }) => row.operation)
      assert.deepEqual(await operations('--actor', 'cli'), ['createKey'])
      assert.deepEqual(await operations('--since', before), ['createScope'])
      assert.deepEqual(await operations('--until', before), ['createKey'])
      assert.deepEqual(await operations('--operation', 'createScope', '--actor', 'cli'), [])
      const lines: string[] = []
      const local = await openLocal(deps)
      const said = await exportAudit(local, { app: app.id }, (text) => lines.push(text), 1)
      await local.close()
      assert.equal(said.kind, 'said')
      assert.deepEqual(
        lines.filter(Boolean).map((line) => JSON.parse(line).operation),
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
      const of = ['--app', app.app]
      assert.match(await refusal('audit', 'list', ...of, '--limit', '0'), /query\.limit/)
      assert.match(await refusal('audit', 'list', ...of, '--since', 'yesterday'), /query\.since/)
      assert.match(await refusal('audit', 'export', ...of, '--until', '2026'), /query\.until/)
      for (const command of ['list', 'export'])
        assert.match(await refusal('audit', command), /either --app <id> or --instance$/)
      assert.match(reasonOf(await verify(deps, {})), /either --app/)
      assert.match(plainOf(await verify(deps, app)), /intact: 0 entries of 0 days, up to nothing\./)
      assert.equal(await plain('audit', 'list', ...of), 'There is no entry.')
    })
  })
}
