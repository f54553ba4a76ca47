import { z } from 'zod'
import type { ApiKey, NewApiKey } from '../../core/applications/api-keys.ts'
import { readRange } from '../../platform/client-address.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { ALL_PERMISSIONS } from '../../platform/permissions.ts'
import { timeInput } from '../../platform/time-input.ts'

const MAX_NETWORKS = 50

const network = z
  .string()
  .max(64)
  .transform((text, context) => {
    const read = readRange(text)
    if (read.kind === 'range') return read.range
    context.addIssue(read.kind === 'none' ? 'is no address or CIDR range' : 'is wider than any network')
    return z.NEVER
  })

/** What the limits of a new key look like on the wire. */
export const limitsInput = {
  permissions: z
    .array(z.enum(ALL_PERMISSIONS))
    .min(1)
    .transform((names) => [...new Set(names)])
    .optional()
    .meta({ description: 'What it may do. Default: what the key of this call may do.' }),
  allowed_networks: z.array(network).min(1).max(MAX_NETWORKS).optional().meta({
    description: 'Addresses and CIDR ranges that it may be used from. Default: those of the key of this call.',
  }),
}

export const expiresAtInput = timeInput.optional()

export const keyView = z
  .object({
    id: z.string(),
    name: z.string(),
    permissions: z
      .array(z.enum(ALL_PERMISSIONS))
      .nullable()
      .meta({ description: 'Null: everything, what later releases add included.' }),
    allowed_networks: z.array(z.string()).nullable().meta({ description: 'Null: from anywhere.' }),
    created_at: z.iso.datetime(),
    created_by: z.string().nullable().meta({
      description: '`application_key:<id>`, `instance_key:<id>` or `cli`; null when it is older than this member.',
    }),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
    replaced_by: z.string().nullable().meta({ description: 'The id of the key that it was rotated to.' }),
  })
  .meta({ id: 'ManagementKey' })

const timeOrNull = (ms: number | undefined) => (ms === undefined ? null : rfc3339(ms))

export const viewOfKey = (key: Omit<NewApiKey, 'hash'> & Partial<ApiKey>) => ({
  id: key.id,
  name: key.name,
  permissions: key.permissions ? [...key.permissions] : null,
  allowed_networks: key.allowedNetworks ? [...key.allowedNetworks] : null,
  created_at: rfc3339(key.createdAt),
  created_by: key.createdBy ?? null,
  expires_at: timeOrNull(key.expiresAt),
  last_used_at: timeOrNull(key.lastUsedAt),
  replaced_by: key.replacedBy ?? null,
})
