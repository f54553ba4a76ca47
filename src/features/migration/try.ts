import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { type Rehearsal, rehearse } from './rehearse.ts'
import { PATH, TAG } from './wire.ts'

const identifier = z.object({ type: z.string(), value: z.string(), verified: z.boolean() })

const response = z
  .object({
    outcome: z
      .enum(['exchanged', 'refused', 'unclear', 'would_refresh'])
      .meta({ description: 'What an exchange would end as. `unclear`: clients would be told to try again.' }),
    reason: z.string().optional().meta({ description: 'Of what is not exchanged, as the progress counts it.' }),
    way: z.enum(['token', 'grace', 'refresh', 'hook']).optional(),
    steps: z.array(
      z.object({
        step: z.string(),
        result: z.enum(['passed', 'refused', 'doubt', 'would']),
        detail: z.string(),
      }),
    ),
    user: z
      .object({
        external_id: z.string(),
        identifiers: z.array(identifier),
        federated_identities: z.array(z.object({ provider: z.string(), subject: z.string() })),
        profile: z.record(z.string(), z.unknown()),
      })
      .optional()
      .meta({ description: 'What is read from the token, or answered by the hook.' }),
    left_out: z.array(z.string()).meta({ description: 'Places in it that cannot be used.' }),
    match: z
      .object({
        kind: z.enum(['known', 'link', 'create', 'conflict', 'blocked', 'unidentified']),
        user_id: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Whom it would become here, as things are now.' }),
  })
  .meta({ id: 'MigrationTryResponse' })

/** A rehearsal as it is shown. */
export const viewRehearsal = ({ outcome, reason, way, steps, user, match }: Rehearsal): z.input<typeof response> => ({
  outcome,
  ...(reason && { reason }),
  ...(way && { way }),
  steps: steps.map((step) => ({ ...step })),
  ...(user && {
    user: {
      external_id: user.externalId,
      identifiers: user.identifiers.map(({ type, value, verified }) => ({ type, value, verified })),
      federated_identities: user.federatedIdentities.map(({ provider, subject }) => ({ provider, subject })),
      profile: user.profile,
    },
  }),
  left_out: [...(user?.leftOut ?? [])],
  ...(match && {
    match: {
      kind: match.kind,
      ...(match.userId !== undefined && { user_id: match.userId }),
    },
  }),
})

export const tryToken = endpoint({
  method: 'POST',
  path: `${PATH}/try`,
  audience: 'management',
  operationId: 'tryMigration',
  permission: 'config:write',
  audit: { none: 'it asks the legacy system and keeps nothing' },
  tag: TAG,
  summary: 'Say step by step what an exchange of this legacy token would do and why, and change nothing',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  body: z.object({ token: z.string().min(1).max(16_384) }).meta({ id: 'MigrationTryRequest' }),
  response,
  failures: [],

  async handle({ app, body }, deps) {
    return { body: viewRehearsal(await rehearse(deps, app, body.token)) }
  },
})
