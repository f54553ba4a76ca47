import { z } from 'zod'
import type { Adapter } from '../../core/messages/adapter.ts'
import { adapters, findAdapter } from '../../core/messages/adapters.ts'
import { MAX_PROVIDERS } from '../../core/messages/provider.ts'
import { CHANNELS, type ProviderRow } from '../../core/messages/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { judgeInput } from '../../platform/judge-input.ts'

export const PATH = '/v2/session/apps/{appID}/config/messages/providers'
export const TAG = 'Config - Messages'

export const appParams = z.object({ appID: z.string() })
export const providerParams = z.object({ appID: z.string(), providerID: z.string() })

const kinds = adapters.map(({ kind }) => kind)

const bodyOf = ({ kind, channels, options, secrets }: Adapter) =>
  z.object({
    kind: z.literal(kind),
    channel: z.enum(channels as [string, ...string[]]),
    position: z
      .int()
      .min(1)
      .max(MAX_PROVIDERS)
      .optional()
      .meta({ description: 'Place among the providers of the channel, from 1. Default: the last, or where it is.' }),
    options,
    secrets: secrets.optional(),
  })

interface ProviderBody {
  readonly kind: string
  readonly channel: ProviderRow['channel']
  readonly position?: number | undefined
  readonly options: object
  readonly secrets?: object | undefined
}

const [first, ...rest] = adapters.map(bodyOf) as [ReturnType<typeof bodyOf>, ...ReturnType<typeof bodyOf>[]]

/** One shape for each kind. */
export const providerBody = z.discriminatedUnion('kind', [first, ...rest]).meta({
  id: 'MessageProviderInput',
  description: 'Secrets are write-only. A replacement without `secrets` keeps those that are set.',
}) as unknown as z.ZodType<ProviderBody>

const provider = z
  .object({
    id: z.string(),
    channel: z.enum(CHANNELS),
    kind: z.enum(kinds as [string, ...string[]]),
    position: z.int(),
    options: z.looseObject({}),
    secrets_set: z.array(z.string()).meta({ description: 'Names of the secrets that are set.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'MessageProvider' })

export const providerResponse = z.object({ provider }).meta({ id: 'MessageProviderResponse' })
export const providersResponse = z.object({ providers: z.array(provider) }).meta({ id: 'MessageProvidersResponse' })

export const viewProvider = (row: ProviderRow) => ({
  id: row.id,
  channel: row.channel,
  kind: row.kind,
  position: row.position,
  options: JSON.parse(row.options),
  secrets_set: JSON.parse(row.secret_names),
  created_at: rfc3339(row.created_at),
  updated_at: rfc3339(row.updated_at),
})

/** What is wrong with a provider's configuration, naming the place. */
export function problemOf(body: ProviderBody, secrets: object, deps: Deps): string | undefined {
  const adapter = findAdapter(body.kind)
  const judged = adapter && judgeInput(adapter.secrets, secrets, 'body.secrets')
  if (judged && 'problem' in judged) return judged.problem
  const problem = adapter?.problemOf?.({ options: body.options, secrets: judged?.data }, deps)
  return problem && `body.${problem}`
}

/** What is wrong with replacing one configuration by another, naming the place. */
export function problemOfReplacement(seen: ProviderRow, body: ProviderBody): string | undefined {
  if (body.kind !== seen.kind || body.channel !== seen.channel) {
    return 'body.kind, body.channel: stay as they are; create another provider'
  }
  const goTo = findAdapter(seen.kind)?.secretsGoTo
  const isElsewhere = goTo && goTo(JSON.parse(seen.options)) !== goTo(body.options)
  return isElsewhere && !body.secrets && JSON.parse(seen.secret_names).length > 0
    ? 'body.secrets: must be given again, for they would go to another server'
    : undefined
}

/** Undefined members of an optional shape are not set. */
export const secretNames = (secrets: object): string =>
  JSON.stringify(Object.keys(secrets).filter((name) => secrets[name as keyof typeof secrets] !== undefined))
