import { z } from 'zod'
import type { IdentifierType } from '../identifiers/tables.ts'

export const MAX_SECONDS = 86_400
export const MAX_STEPS = 10

export const stepKey = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9.\-_:]+$/, 'must be of letters, digits and . - _ : alone')

export const stepShape = z.object({
  order: z.int().min(1).max(1000),
  key: stepKey,
  expiration_duration: z
    .int()
    .min(0)
    .max(MAX_SECONDS)
    .default(0)
    .meta({ description: 'Seconds from when the step’s turn comes; 0 means 600.' }),
})

export const statusShape = z.enum(['continue', 'review', 'block'])
export const grantModeShape = z.enum(['single-use', 'session-bound', 'profile-bound'])
export const grantedForShape = z.int().min(0).max(MAX_SECONDS)

/** On which terms a scope is granted: at once, after steps, or not at all; then how, and for how many seconds. */
export const termsShape = z.object({
  status: statusShape,
  grant_mode: grantModeShape,
  granted_for: grantedForShape.default(0).meta({ description: 'Seconds.' }),
  steps: z.array(stepShape).max(MAX_STEPS).default([]),
})

export type Step = z.output<typeof stepShape>
export type Terms = z.output<typeof termsShape>

/** What is wrong with terms beyond their shape, and where; undefined for nothing. */
export type TermsProblem = { member: 'granted_for' | 'steps'; reason: string } | undefined

/** Judge terms whose steps may be the managed ones and those of `customKeys`. */
export function findTermsProblem(
  { status, grant_mode, granted_for, steps }: Terms,
  customKeys: readonly string[],
): TermsProblem {
  if (status === 'block') return undefined
  if (status === 'review' && steps.length === 0) return { member: 'steps', reason: 'are required for review' }
  if (grant_mode !== 'single-use' && granted_for === 0)
    return { member: 'granted_for', reason: `must be above 0 for ${grant_mode}` }
  if (!steps.every(({ key }) => isManaged(key) || customKeys.includes(key)))
    return { member: 'steps', reason: 'name a key that is neither a managed step nor among step_keys' }
  if (!isUnique(steps.map(({ order }) => order))) return { member: 'steps', reason: 'have the same order twice' }
  if (!isUnique(steps.map(({ key }) => key))) return { member: 'steps', reason: 'have the same key twice' }
  return undefined
}

export const isUnique = (values: readonly unknown[]): boolean => new Set(values).size === values.length

/** A passkey of the user does it. */
export const PASSKEY_STEP = 'verify_passkey'

/** Keys that no step of a customer may have: managed steps, and the words of challenges. */
export const RESERVED_KEYS: readonly string[] = [
  'verify_sms',
  'verify_email',
  PASSKEY_STEP,
  'wait_for_review',
  'completed',
]

export const stepOf = (type: IdentifierType): string => (type === 'phone_number' ? 'verify_sms' : 'verify_email')

/** What a managed step proves again by a code; undefined for any other step. */
export function identifierTypeOf(key: string): IdentifierType | undefined {
  if (key === 'verify_sms') return 'phone_number'
  return key === 'verify_email' ? 'email_address' : undefined
}

/** Whether a step is done here, and not by the customer. */
export const isManaged = (key: string): boolean => key === PASSKEY_STEP || identifierTypeOf(key) !== undefined
