import { z } from 'zod'
import type { Operator } from '../../core/operators/operator.ts'
import { ALL_ROLES } from '../../core/operators/roles.ts'
import { rfc3339 } from '../../platform/clock.ts'

const MAX_APPS = 100

export const operatorName = z.string().trim().min(1).max(100)

export const operatorEmail = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'is no e-mail address')

export const roleInput = z.enum(ALL_ROLES)

export const appsInput = z
  .array(z.string().max(63))
  .min(1)
  .max(MAX_APPS)
  .transform((ids) => [...new Set(ids)].sort())
  .nullable()

const timeOrNull = z.iso.datetime().nullable()

export const operatorView = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: roleInput,
    apps: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Ids of applications. Null: all, those to come included.' }),
    created_by: z.string().meta({ description: '`operator:<id>`, `instance_key:<id>` or `cli`' }),
    created_at: z.iso.datetime(),
    last_seen_at: timeOrNull.meta({ description: 'To the minute; null when they never were here.' }),
  })
  .meta({ id: 'Operator' })

export const viewOfOperator = (operator: Operator): z.input<typeof operatorView> => ({
  id: operator.id,
  name: operator.name,
  email: operator.email,
  role: operator.role,
  apps: operator.apps ? [...operator.apps] : null,
  created_by: operator.createdBy,
  created_at: rfc3339(operator.createdAt),
  last_seen_at: operator.lastSeenAt === undefined ? null : rfc3339(operator.lastSeenAt),
})

export const invitationView = z
  .object({
    token: z.string().meta({ description: 'Lets its holder in as this operator, once. Shown this once.' }),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'OperatorInvitation' })

export const viewOfInvitation = ({ token, expiresAt }: { readonly token: string; readonly expiresAt: number }) => ({
  token,
  expires_at: rfc3339(expiresAt),
})
