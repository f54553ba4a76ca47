import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import type { StoredMapping } from '../../core/claims-mapping/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { failures } from '../../platform/failure.ts'

export const PATH = '/v2/session/apps/{appID}/config/claims'

export const common = {
  audience: 'management',
  tag: 'Config - Claims',
  access: managementKey,
  params: z.object({ appID: z.string() }),
} as const

export const claimsFailure = failures({
  claims_mapping_already_exists: ['conflict', 'The application has a claims mapping already. Replace it by PUT.'],
})

const EXAMPLE = {
  mapping: {
    api_version: 2,
    user_id: { $input: 'user_id', $type: 'uuid' },
    email: { $input: 'emails', $type: 'string' },
    plan: { $custom_claim: 'plan' },
    context: { country: { $input: 'country_code', $type: 'string' } },
  },
}

const mapping = z.record(z.string(), z.unknown()).meta({
  description:
    'Name of a claim → its value: a literal, a list of literals, an object, `{"$input": …, "$type": …}` or `{"$custom_claim": member of the profile}`.',
})
const as_profile = z.boolean().meta({
  description:
    'Whether tokens of cookie sessions have these claims under `cc`, too: the `profile` of web SDKs up to 0.3.0.',
})

export const mappingRequest = z
  .object({ mapping, as_profile: as_profile.default(false) })
  .meta({ id: 'ClaimsMappingRequest', examples: [EXAMPLE] })

export const mappingResponse = z
  .object({
    config: z.object({
      mapping,
      as_profile,
      version: z.int().meta({ description: 'Grows by one with every change.' }),
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  })
  .meta({ id: 'ClaimsMappingResponse' })

export const viewOf = ({ mapping, asProfile, version, createdAt, updatedAt }: StoredMapping) => ({
  config: {
    mapping,
    as_profile: asProfile,
    version,
    created_at: rfc3339(createdAt),
    updated_at: rfc3339(updatedAt),
  },
})
