import type { Db } from '../../platform/db.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { chooseLocale } from '../messages/locale.ts'
import type { Channel } from '../messages/tables.ts'
import { localesOf } from '../messages/template.ts'

/** The language in which to send a message to the client of a request, as its `Accept-Language` says. */
export async function localeFor(
  db: Db,
  appId: string,
  { headers }: HttpRequest,
  message: { channel: Channel; template: string },
): Promise<string> {
  return chooseLocale(String(headers['accept-language'] ?? ''), await localesOf(db, appId, message))
}
