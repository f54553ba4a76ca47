import { z } from 'zod'
import type { IdentifierType } from '../identifiers/tables.ts'
import { scopeName } from '../scopes/scope.ts'
import { findTermsProblem, isManaged, isUnique, RESERVED_KEYS, stepKey, termsShape } from './terms.ts'

const hookUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, 'holds credentials')
  .meta({ description: 'Absolute URL; https, unless the server allows private hooks.' })

const delegatedScope = z.object({
  scope: scopeName,
  mode: z.literal('delegated'),
  delegated: z.object({ delegation_hook: hookUrl }),
})

const directScope = z.object({
  scope: scopeName,
  mode: z.literal('direct'),
  direct: z.object({
    identifier_types: z
      .array(z.enum(['email_address', 'phone_number']))
      .min(1)
      .max(2)
      .meta({ description: 'The user has to have proven one of these.' }),
    ...termsShape.shape,
  }),
})

/** What the scopes of the house register. */
export const REGISTERED_BY = {
  'prld:phone:register': 'phone_number',
  'prld:email:register': 'email_address',
} as const satisfies Record<string, IdentifierType>

type RegisterScope = keyof typeof REGISTERED_BY

const managedScope = z.object({
  scope: z.enum(Object.keys(REGISTERED_BY) as [RegisterScope, ...RegisterScope[]]),
  mode: z.literal('managed'),
})

export const stepUpConfigShape = z
  .object({
    jwks_url: z
      .union([z.literal(''), hookUrl])
      .default('')
      .meta({
        description: 'Publishes the keys of your verification tokens. Required for delegated scopes and custom steps.',
      }),
    step_keys: z
      .array(z.object({ key: stepKey, description: z.string().max(256).default('') }))
      .max(50)
      .meta({ description: 'Your own steps.' }),
    allowed_scopes: z
      .array(z.discriminatedUnion('mode', [delegatedScope, directScope, managedScope]))
      .max(100)
      .meta({
        description:
          'Of several entries for one scope, the first that fits the user’s identifiers counts; for `prld:` scopes, that of the oldest proof.',
      }),
  })
  .meta({ id: 'StepUpConfigInput' })

export type StepUpConfig = z.output<typeof stepUpConfigShape>
export type ScopeEntry = StepUpConfig['allowed_scopes'][number]

/** What a scope registers, if it registers something. */
export const registeredTypeOf = (scope: string): IdentifierType | undefined =>
  isRegisterScope(scope) ? REGISTERED_BY[scope] : undefined

const isRegisterScope = (scope: string): scope is RegisterScope => Object.hasOwn(REGISTERED_BY, scope)

/** What is wrong with a configuration beyond its shape, by the name of the member; undefined for nothing. */
export function findConfigProblem(config: StepUpConfig, protocols: readonly string[]): string | undefined {
  const keys = config.step_keys.map(({ key }) => key)
  const isAllowed = (url: string) => protocols.includes(URL.parse(url)?.protocol ?? '')

  if (keys.some((key) => RESERVED_KEYS.includes(key))) return 'body.step_keys: name a reserved key'
  if (!isUnique(keys)) return 'body.step_keys: have the same key twice'
  if (config.jwks_url !== '' && !isAllowed(config.jwks_url)) return 'body.jwks_url: is no https URL'
  if (config.jwks_url === '' && config.allowed_scopes.some(needsKeys))
    return 'body.jwks_url: is required for delegated scopes and custom steps'

  for (const [i, entry] of config.allowed_scopes.entries()) {
    const problem = findEntryProblem(entry, keys, isAllowed)
    if (problem) return `body.allowed_scopes[${i}].${problem}`
  }
  return undefined
}

function needsKeys(entry: ScopeEntry): boolean {
  if (entry.mode !== 'direct') return entry.mode === 'delegated'
  return entry.direct.steps.some(({ key }) => !isManaged(key) && !RESERVED_KEYS.includes(key))
}

function findEntryProblem(
  entry: ScopeEntry,
  keys: readonly string[],
  isAllowed: (url: string) => boolean,
): string | undefined {
  if (entry.mode !== 'managed' && isRegisterScope(entry.scope)) return 'mode: must be managed for this scope'
  if (entry.mode === 'delegated' && !isAllowed(entry.delegated.delegation_hook))
    return 'delegated.delegation_hook: is no https URL'
  if (entry.mode !== 'direct') return undefined
  const problem = findTermsProblem(entry.direct, keys)
  return problem && `direct.${problem.member}: ${problem.reason}`
}
