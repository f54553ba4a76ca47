import type { Db, Tx } from '../../platform/db.ts'
import type { OtpConfigRow, VerificationTables } from './tables.ts'

export type StoredOtpConfig = OtpConfigRow & { is_default: boolean }

/** Oldest first. */
export async function listOtpConfigs(db: Db, appId: string): Promise<StoredOtpConfig[]> {
  const rows = await db
    .withTables<VerificationTables>()
    .selectFrom('otp_configs')
    .leftJoin('otp_defaults', (join) =>
      join
        .onRef('otp_defaults.app_id', '=', 'otp_configs.app_id')
        .onRef('otp_defaults.config_id', '=', 'otp_configs.id'),
    )
    .selectAll('otp_configs')
    .select('otp_defaults.config_id as default_id')
    .where('otp_configs.app_id', '=', appId)
    .orderBy('otp_configs.created_at')
    .orderBy('otp_configs.id')
    .execute()
  return rows.map(({ default_id, ...row }) => ({ ...row, is_default: default_id !== null }))
}

export async function findStoredOtpConfig(db: Db, appId: string, id: string): Promise<StoredOtpConfig | undefined> {
  return (await listOtpConfigs(db, appId)).find((row) => row.id === id)
}

export async function insertOtpConfig(tx: Tx, row: OtpConfigRow): Promise<void> {
  await tx.withTables<VerificationTables>().insertInto('otp_configs').values(row).execute()
}

type OtpConfigChange = Omit<OtpConfigRow, 'app_id' | 'id' | 'created_at'>

/** False when there is none. */
export async function updateOtpConfig(tx: Tx, appId: string, id: string, change: OtpConfigChange): Promise<boolean> {
  const row = await tx
    .withTables<VerificationTables>()
    .updateTable('otp_configs')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Say whether a configuration is the default of its channel. One that takes the place takes it from the one before; undefined takes it only
 * where it is free.
 */
export async function putOtpDefault(
  tx: Tx,
  { app_id, id, channel_type }: Pick<OtpConfigRow, 'app_id' | 'id' | 'channel_type'>,
  isDefault: boolean | undefined,
): Promise<void> {
  const tables = tx.withTables<VerificationTables>()
  await tables
    .deleteFrom('otp_defaults')
    .where('app_id', '=', app_id)
    .where('config_id', '=', id)
    .$if(isDefault !== false, (query) => query.where('channel_type', '!=', channel_type))
    .execute()
  if (isDefault === false) return
  await tables
    .insertInto('otp_defaults')
    .values({ app_id, channel_type, config_id: id })
    .onConflict((conflict) => {
      const place = conflict.columns(['app_id', 'channel_type'])
      return isDefault ? place.doUpdateSet({ config_id: id }) : place.doNothing()
    })
    .execute()
}

/** False when there is none. */
export async function deleteOtpConfig(tx: Tx, appId: string, id: string): Promise<boolean> {
  const tables = tx.withTables<VerificationTables>()
  await tables.deleteFrom('otp_defaults').where('app_id', '=', appId).where('config_id', '=', id).execute()
  const row = await tables
    .deleteFrom('otp_configs')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
