import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import type { EventType } from '../events/store.ts'
import type { WebhookRow } from './tables.ts'

export const MAX_BATCH = 100

/** What may be chosen of a webhook. */
export const optionsShape = z.object({
  accept_2xx: z.boolean().default(true).meta({
    description: 'Whether every 2xx is a yes. Otherwise 200 alone.',
  }),
  standard_webhooks: z.boolean().default(false).meta({
    description: 'Whether the headers of Standard Webhooks (`v1a`, Ed25519) are sent beside our own.',
  }),
  max_batch: z
    .int()
    .min(1)
    .max(MAX_BATCH)
    .default(MAX_BATCH)
    .meta({ description: 'How many events a delivery has at most.' }),
})
export type WebhookOptions = z.output<typeof optionsShape>

export const optionsOf = (row: WebhookRow): WebhookOptions => optionsShape.parse(JSON.parse(row.options))
export const eventsOf = (row: WebhookRow): EventType[] => JSON.parse(row.events) as EventType[]

export const tokenBox = sealing('webhooks')

export const sealToken = (deps: Deps, appId: string, id: string, token: string): string =>
  tokenBox.seal(deps, `${appId}/${id}`, token)

/** Undefined when the master key is another than it was sealed with. */
export const openToken = (deps: Deps, row: WebhookRow): string | undefined =>
  tokenBox.open(deps, `${row.app_id}/${row.id}`, row.sealed_token)?.toString('utf8')
