import { uuidOf } from '../../platform/ids.ts'
import type { Facts } from './facts.ts'
import type { Fact } from './store/facts.ts'

/** What is known where a token is issued. */
export interface Circumstances {
  readonly userId: string
  readonly sessionId: string
  /** Unix seconds. */
  readonly authTime: number
  /** Address of the client. */
  readonly ip: string
  /** ISO 3166-1 alpha-2; null when unknown. */
  readonly countryCode: string | null
  /** Names. */
  readonly groups: readonly string[]
  /** As far as the mapping asks for them. */
  readonly facts: Facts
}

type Single = string | number | boolean | null

/** Something that a mapping may name, with the types that it can be had as. */
export type Input = { readonly needs: readonly Fact[] } & (
  | { readonly types: readonly ('string' | 'uuid' | 'number' | 'boolean')[]; read(here: Circumstances): Single }
  /** As `string` it is the first. */
  | { readonly types: readonly ['string', 'string[]']; list(here: Circumstances): readonly string[] }
)

const LIST = ['string', 'string[]'] as const

export const INPUTS: Readonly<Record<string, Input>> = {
  user_id: {
    types: ['uuid', 'string'],
    needs: ['internal_id'],
    read: ({ facts, userId }) => facts.internalId ?? uuidOf('usr', userId) ?? null,
  },
  external_id: { types: ['string'], needs: ['external_id'], read: ({ facts }) => facts.externalId },
  ip: { types: ['string'], needs: [], read: ({ ip }) => ip },
  country_code: { types: ['string'], needs: [], read: ({ countryCode }) => countryCode },
  emails: { types: LIST, needs: ['identifiers'], list: ({ facts }) => facts.emails },
  phone_numbers: { types: LIST, needs: ['identifiers'], list: ({ facts }) => facts.phoneNumbers },
  locales: { types: LIST, needs: ['profile'], list: ({ facts }) => textsOf(facts.profile.locales) },
  has_passkey: { types: ['boolean'], needs: ['has_passkey'], read: ({ facts }) => facts.hasPasskey },
  groups: { types: LIST, needs: [], list: ({ groups }) => groups },
  session_id: { types: ['string'], needs: [], read: ({ sessionId }) => sessionId },
  auth_time: { types: ['number'], needs: [], read: ({ authTime }) => authTime },
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
