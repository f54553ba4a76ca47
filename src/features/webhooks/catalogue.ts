import { z } from 'zod'
import { entryOf } from '../../core/events/catalogue.ts'
import { EVENT_TYPES } from '../../core/events/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { appParams, common } from './wire.ts'

const entry = z
  .object({
    type: z.string(),
    summary: z.string(),
    schema: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema of the payload. Members may be added.' }),
    sample: z.record(z.string(), z.unknown()).meta({ description: 'A payload as it could be.' }),
  })
  .meta({ id: 'EventDescription' })

function describe(type: (typeof EVENT_TYPES)[number]): z.input<typeof entry> {
  const { summary, schema, sample } = entryOf(type)
  return { type, summary, schema: z.toJSONSchema(schema) as Record<string, unknown>, sample }
}

export const catalogue = endpoint({
  ...common,
  method: 'GET',
  path: '/v2/session/apps/{appID}/events/catalogue',
  permission: 'events:read',
  operationId: 'getEventCatalogue',
  tag: 'Events',
  summary: 'Read every type of event: when it is told, the JSON Schema of its payload, and a sample',
  params: appParams,
  response: z.object({ events: z.array(entry) }).meta({ id: 'EventCatalogueResponse' }),
  failures: [],

  async handle() {
    return { body: { events: EVENT_TYPES.map(describe) } }
  },
})
