import { insertImport } from '../../src/core/imports/store.ts'
import type { ImportRow, ImportTables } from '../../src/core/imports/tables.ts'
import { emptyTally } from '../../src/core/imports/tally.ts'
import type { TestApp } from '../builders.ts'
import { user } from '../builders.ts'
import type { World } from '../world.ts'

const DAY_MS = 86_400_000

/**
 * An import that is completed, as the loading job leaves it, of users whom the legacy system saw so many days before; null: it does not say. Each has
 * a proven address, `<external id>@example.com` with what no address has as hyphens.
 */
export async function imported(
  w: World,
  app: TestApp,
  people: Readonly<Record<string, number | null>>,
  change: Partial<ImportRow> = {},
): Promise<Record<string, string>> {
  const now = w.deps.now()
  const lines = Object.keys(people).length
  const tally = { ...emptyTally(), without_password: lines }
  tally.outcomes.created = lines
  const row: ImportRow = {
    app_id: app.id,
    id: 'imp_test',
    source: 'auth0',
    status: 'completed',
    options: '{}',
    sealed_canaries: null,
    canary_results: null,
    received_bytes: 0,
    last_offset: 0,
    last_digest: '',
    done_bytes: 0,
    done_lines: lines,
    tally: JSON.stringify(tally),
    loading_ms: 0,
    problem: null,
    file_sha256: 'ab'.repeat(32),
    created_at: now,
    updated_at: now,
    started_at: now,
    finished_at: now,
    swept_at: null,
    rollback_after: null,
    ...change,
  }
  await w.deps.transact((tx) => insertImport(tx, row))
  const ids: Record<string, string> = {}
  for (const [externalId, days] of Object.entries(people)) {
    const id = await user(w, app, { externalId, email: `${externalId.replace(/\W/g, '-')}@example.com` })
    ids[externalId] = id
    const source_seen_at = days === null ? null : now - days * DAY_MS
    const made = { app_id: app.id, user_id: id, import_id: row.id, is_new: 1, applied: '{}' }
    await w.deps.transact(async (tx) => {
      await tx
        .withTables<ImportTables>()
        .insertInto('imported_users')
        .values({ ...made, source_updated_at: null, source_seen_at, external_id: null })
        .execute()
    })
  }
  return ids
}
