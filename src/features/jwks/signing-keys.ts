import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { listStatedKeys, revokeSigningKey, rotateNow, type StatedKey } from '../../core/signing-keys/on-demand.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/signing_keys'

const common = { audience: 'management', tag: 'Signing keys', access: managementKey } as const
const params = z.object({ appID: z.string() })

const kid = z
  .string()
  .meta({ description: 'Id of the key, as in the header of what it signs.', examples: ['bQ1vXo0mJvVdVnBq1V3jZ0mV'] })

const keyView = z
  .object({
    kid,
    purpose: z.enum(['access_token', 'challenge_token', 'webhook', 'development_token']).meta({
      description: 'What it signs.',
      examples: ['access_token'],
    }),
    alg: z.enum(['EdDSA', 'ES256', 'RS256', 'PS256']).meta({ description: 'By which algorithm.', examples: ['EdDSA'] }),
    state: z.enum(['signing', 'next', 'verifying']).meta({
      description:
        '`signing`: it signs now. `next`: it is published, and signs from `signs_since` on. `verifying`: it signs no more, and what it signed is believed still.',
      examples: ['signing'],
    }),
    created_at: z.iso.datetime(),
    signs_since: z.iso.datetime().meta({
      description: 'From when on it signs, or has signed.',
      examples: ['2026-11-28T08:00:00Z'],
    }),
  })
  .meta({ id: 'SigningKey' })

const response = z
  .object({ signing_keys: z.array(keyView).meta({ description: 'By purpose, algorithm and age.' }) })
  .meta({ id: 'SigningKeysResponse' })

const viewOf = ({ kid, purpose, alg, state, activates_at, created_at }: StatedKey) => ({
  ...{ kid, purpose, alg, state },
  created_at: rfc3339(created_at),
  signs_since: rfc3339(activates_at),
})

export const listSigningKeys = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  operationId: 'listSigningKeys',
  permission: 'signing_keys:read',
  summary: 'List the keys that sign tokens and webhooks of the application: those that are published',
  params,
  response,
  failures: [],

  async handle({ app }, deps) {
    return { body: { signing_keys: (await listStatedKeys(deps, app.id)).map(viewOf) } }
  },
})

export const rotateSigningKeys = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/rotate`,
  operationId: 'rotateSigningKeys',
  permission: 'signing_keys:write',
  sudo: true,
  summary:
    'Make the next key now, of each algorithm. It is published at once, and signs when every verifier has seen it',
  params,
  body: z
    .object({
      purpose: z
        .enum(['access_token', 'challenge_token', 'webhook'])
        .default('access_token')
        .meta({
          description: 'What it is to sign.',
          examples: ['access_token'],
        }),
    })
    .prefault({})
    .meta({ id: 'RotateSigningKeysRequest' }),
  response: response.meta({ id: 'RotateSigningKeysResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, body }, deps) {
    tellChange(deps, { after: { purpose: body.purpose } })
    return { body: { signing_keys: (await rotateNow(deps, app.id, body.purpose)).map(viewOf) } }
  },
})

export const removeSigningKey = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PATH}/{kid}`,
  operationId: 'revokeSigningKey',
  permission: 'signing_keys:write',
  sudo: true,
  summary:
    'Revoke a signing key: nothing that it signed is believed any more. Where it signs, another one signs from now on',
  params: params.extend({ kid }),
  response: z
    .object({
      kid,
      successor: z
        .string()
        .optional()
        .meta({
          description: 'The key that signs in its place; missing where it did not sign.',
          examples: ['XK2v0mJvVdVnBq1V3jZ0mVbQ1v'],
        }),
    })
    .meta({ id: 'RevokeSigningKeyResponse' }),
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    tellChange(deps, { before: { kid: params.kid } })
    const outcome = await revokeSigningKey(deps, app.id, params.kid)
    if (outcome.kind === 'unknown') return fail(notFound)
    const { successor } = outcome
    return { body: { kid: params.kid, ...(successor && { successor: successor.kid }) } }
  },
})
