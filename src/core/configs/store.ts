import type { z } from 'zod'
import { newBoundedCache } from '../../crypto/bounded-cache.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { ConfigRow } from './tables.ts'

const APPLICATIONS_REMEMBERED = 1_000

export interface StoredConfig<C> {
  readonly config: C
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ConfigStore<C> {
  find(db: Db, appId: string): Promise<StoredConfig<C> | undefined>
  /** False when the application has a configuration already. */
  insert(tx: Tx, appId: string, config: C, now: number): Promise<boolean>
  /** Replace the configuration. Answers when the replaced one was made; undefined when there is none. */
  update(tx: Tx, appId: string, config: C, now: number): Promise<number | undefined>
  /** Insert the configuration or replace it. Answers when the first one was made. */
  put(tx: Tx, appId: string, config: C, now: number): Promise<number>
  /** Replace a configuration that is still as it was read. False when somebody has changed it meanwhile. */
  swap(tx: Tx, appId: string, before: StoredConfig<C>, config: C, now: number): Promise<boolean>
  /** False when there is none. */
  delete(tx: Tx, appId: string): Promise<boolean>
}

/** The configurations in a table, each as `schema` reads it. */
export function configStore<S extends z.ZodType>(table: string, schema: S): ConfigStore<z.output<S>> {
  const tables = (db: Db) => db.withTables<Record<string, ConfigRow>>()
  // To read one takes longer than the query that finds it.
  const known = newBoundedCache<{ text: string; config: z.output<S> }>(APPLICATIONS_REMEMBERED)
  function read(appId: string, text: string): z.output<S> {
    const last = known.find(appId)
    if (last?.text === text) return last.config
    const config = schema.parse(JSON.parse(text))
    known.insert(appId, { text, config })
    return config
  }
  return {
    async find(db, appId) {
      const row = await tables(db).selectFrom(table).selectAll().where('app_id', '=', appId).executeTakeFirst()
      if (!row) return undefined
      return { config: read(appId, row.config), createdAt: row.created_at, updatedAt: row.updated_at }
    },
    async insert(tx, appId, config, now) {
      const row = { app_id: appId, config: JSON.stringify(config), created_at: now, updated_at: now }
      const inserted = await tables(tx)
        .insertInto(table)
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning('app_id')
        .executeTakeFirst()
      return inserted !== undefined
    },
    async update(tx, appId, config, now) {
      const row = await tables(tx)
        .updateTable(table)
        .set({ config: JSON.stringify(config), updated_at: now })
        .where('app_id', '=', appId)
        .returning('created_at')
        .executeTakeFirst()
      return row?.created_at
    },
    async put(tx, appId, config, now) {
      const text = JSON.stringify(config)
      const row = await tables(tx)
        .insertInto(table)
        .values({ app_id: appId, config: text, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.column('app_id').doUpdateSet({ config: text, updated_at: now }))
        .returning('created_at')
        .executeTakeFirstOrThrow()
      return row.created_at
    },
    async swap(tx, appId, before, config, now) {
      const row = await tables(tx)
        .updateTable(table)
        .set({ config: JSON.stringify(config), updated_at: now })
        .where('app_id', '=', appId)
        .where('updated_at', '=', before.updatedAt)
        .returning('app_id')
        .executeTakeFirst()
      return row !== undefined
    },
    async delete(tx, appId) {
      const row = await tables(tx).deleteFrom(table).where('app_id', '=', appId).returning('app_id').executeTakeFirst()
      return row !== undefined
    },
  }
}
