import { z } from 'zod'

/** A member of an event's payload: its shape, and a value as it could be. */
export interface Member {
  readonly schema: z.ZodType
  readonly sample: unknown
}

export const member = (schema: z.ZodType, sample: unknown): Member => ({ schema, sample })
export const optional = ({ schema, sample }: Member): Member => ({ schema: schema.optional(), sample })

const TIME = '2026-01-02T03:04:05Z'

export const text = (sample: string): Member => member(z.string(), sample)
export const count = (sample: number): Member => member(z.number().int(), sample)
export const time: Member = member(z.iso.datetime(), TIME)
export const userId = text('usr_01jqebhswje1ka1z7ahr9rfsgt')
export const sessionId = text('ses_01jr0z5w2seq998trz7ftbb9rj')
export const connectionId = text('samlc_01jr0z5w2seq998trz7ftbb9rj')
export const profile = member(z.record(z.string(), z.unknown()), { first_name: 'Ada' })
export const correlationId = optional(text('corr_01jr0z5w2seq998trz7ftbb9rj'))

const identifierShape = z.object({ type: z.string(), value: z.string() })
const identifierSample = { type: 'email_address', value: 'ada@larkspur.example' }
export const identifier = member(identifierShape, identifierSample)
export const identifiers = member(z.array(identifierShape), [identifierSample])
/** Empty where nothing is proven. */
export const provenIdentifier = member(identifierShape.partial(), identifierSample)

export const identity = member(z.object({ provider: z.string(), subject: z.string() }), {
  provider: 'google',
  subject: '110169484474386276334',
})

export const credential = member(
  z.object({
    credential_id: z.string(),
    nickname: z.string().optional(),
    transports: z.array(z.string()),
    backup_state: z.boolean(),
  }),
  { credential_id: 'q1V3jZ0mVJvVdVnB', nickname: 'Laptop', transports: ['internal'], backup_state: true },
)
