import schema from 'virtual:schema/WebhookInput'
import type { Search } from '../../address.ts'
import type { Input } from '../../api/call.ts'
import type { WebhookDelivery, WebhookInput } from '../../api/operations.ts'
import { startOfDay } from '../../parts/day.ts'

export const FILTERS = ['user_id', 'status', 'event', 'since', 'until']

export type EventType = WebhookInput['events'][number]

/** Every type of event there is. */
export const EVENT_TYPES = (schema.properties?.events?.items?.enum ?? []) as readonly EventType[]

const PAGE = 50
const STATUSES = ['pending', 'delivered', 'halved', 'stuck'] satisfies WebhookDelivery['status'][]

const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | undefined =>
  all.find((one) => one === text)

/** What the log asks the server. */
export function questionIn(search: Search): NonNullable<Input<'listWebhookDeliveries'>['query']> {
  return {
    status: oneOf(STATUSES, search.status),
    event: oneOf(EVENT_TYPES, search.event),
    user_id: search.user_id,
    since: startOfDay(search.since),
    until: startOfDay(search.until),
    after: search.after,
    limit: PAGE,
  }
}
