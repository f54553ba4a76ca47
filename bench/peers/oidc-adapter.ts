import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS oidc_payloads (
    model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, user_code TEXT, uid TEXT,
    expires_at INTEGER, consumed_at INTEGER, PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS oidc_payloads_grant ON oidc_payloads (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_payloads_user_code ON oidc_payloads (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_payloads_uid ON oidc_payloads (uid) WHERE uid IS NOT NULL;
`
const UPSERT = `INSERT INTO oidc_payloads (model, id, payload, grant_id, user_code, uid, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload,
  grant_id = excluded.grant_id, user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`
const SELECT = 'SELECT payload, expires_at, consumed_at FROM oidc_payloads WHERE model = ? AND'

/** A storage adapter of the documented interface over one SQLite table, with every statement prepared once. */
export function sqliteAdapter(database: DatabaseSync): AdapterFactory {
  database.exec(SCHEMA)
  const upsert = database.prepare(UPSERT)
  const byId = database.prepare(`${SELECT} id = ?`)
  const byUserCode = database.prepare(`${SELECT} user_code = ?`)
  const byUid = database.prepare(`${SELECT} uid = ?`)
  const consume = database.prepare('UPDATE oidc_payloads SET consumed_at = ? WHERE model = ? AND id = ?')
  const destroy = database.prepare('DELETE FROM oidc_payloads WHERE model = ? AND id = ?')
  const destroyGrant = database.prepare('DELETE FROM oidc_payloads WHERE grant_id = ?')

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const { grantId = null, userCode = null, uid = null } = payload
      const expiresAt = expiresIn === undefined ? null : seconds() + expiresIn
      upsert.run(model, id, JSON.stringify(payload), grantId, userCode, uid, expiresAt)
    },
    find: async (id) => read(byId, model, id),
    findByUserCode: async (userCode) => read(byUserCode, model, userCode),
    findByUid: async (uid) => read(byUid, model, uid),
    async consume(id) {
      consume.run(seconds(), model, id)
    },
    async destroy(id) {
      destroy.run(model, id)
    },
    async revokeByGrantId(grantId) {
      destroyGrant.run(grantId)
    },
  })
}

function read(statement: StatementSync, model: string, key: string): AdapterPayload | undefined {
  const row = statement.get(model, key)
  if (!row || (row.expires_at !== null && Number(row.expires_at) <= seconds())) return undefined
  const payload: AdapterPayload = JSON.parse(String(row.payload))
  return row.consumed_at === null ? payload : { ...payload, consumed: Number(row.consumed_at) }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
