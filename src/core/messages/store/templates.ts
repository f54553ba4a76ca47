import type { Db, Tx } from '../../../platform/db.ts'
import type { Channel, MessageTables, TemplateRow } from '../tables.ts'

/** The application's own texts; of one channel and some templates if given. */
export async function listTemplates(
  db: Db,
  appId: string,
  of?: { channel: Channel; templates: readonly string[] },
): Promise<TemplateRow[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_templates')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(of !== undefined, (query) =>
      query.where('channel', '=', of?.channel ?? 'email').where('template', 'in', of?.templates ?? []),
    )
    .orderBy('template')
    .orderBy('channel')
    .orderBy('locale')
    .execute()
}

/** What the application has texts of its own for, in no order. */
export async function listTemplateKeys(
  db: Db,
  appId: string,
): Promise<Pick<TemplateRow, 'template' | 'channel' | 'locale'>[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_templates')
    .select(['template', 'channel', 'locale'])
    .where('app_id', '=', appId)
    .execute()
}

/** Insert or replace. */
export async function putTemplate(tx: Tx, row: TemplateRow): Promise<void> {
  const { subject, text, html, updated_at } = row
  await tx
    .withTables<MessageTables>()
    .insertInto('message_templates')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'channel', 'template', 'locale']).doUpdateSet({ subject, text, html, updated_at }),
    )
    .execute()
}

type TemplateKey = Pick<TemplateRow, 'app_id' | 'channel' | 'template' | 'locale'>

/** False when there is none. */
export async function deleteTemplate(tx: Tx, key: TemplateKey): Promise<boolean> {
  const row = await tx
    .withTables<MessageTables>()
    .deleteFrom('message_templates')
    .where('app_id', '=', key.app_id)
    .where('channel', '=', key.channel)
    .where('template', '=', key.template)
    .where('locale', '=', key.locale)
    .returning('locale')
    .executeTakeFirst()
  return row !== undefined
}
