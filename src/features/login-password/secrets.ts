import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import {
  countHashesNaming,
  deleteSecret,
  findSecret,
  listSecrets,
  putSecret,
} from '../../core/passwords/secret-store.ts'
import { sealSecret } from '../../core/passwords/secrets.ts'
import type { PasswordSecretRow } from '../../core/passwords/tables.ts'
import { findProjectProblem } from '../../crypto/password-hash/firebase-scrypt.ts'
import { type PasswordSecret, SECRET_NAME } from '../../crypto/password-hash/reading.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'

const failure = failures({
  password_secret_in_use: ['conflict', 'Password hashes name this secret: without it, their users could not log in.'],
})

const LIST = '/v2/session/apps/{appID}/config/login/password/secrets'
const ONE = `${LIST}/{name}`
const TAG = 'Config - Login Password'

const bytes = z.string().max(512)
const body = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('pepper'),
      value: z
        .string()
        .min(1)
        .max(512)
        .meta({ description: 'What was appended to every password before it was hashed.' }),
    }),
    z.object({
      kind: z.literal('firebase_scrypt'),
      mem_cost: z.int().min(1),
      rounds: z.int().min(1),
      salt_separator: bytes.meta({ description: 'Base64.' }),
      signer_key: bytes.meta({ description: 'Base64.' }),
    }),
  ])
  .meta({ id: 'PasswordSecretInput' })

const shown = z
  .object({
    name: z.string(),
    kind: z.enum(['pepper', 'firebase_scrypt']),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'PasswordSecret', description: 'What it is made of is never shown.' })

const common = { audience: 'management', tag: TAG, access: managementKey } as const
const params = z.object({ appID: z.string() })
const oneParams = params.extend({
  name: z.string().regex(SECRET_NAME, 'must be 1 to 63 of a-z, 0-9, _ and -, and begin with a letter or digit'),
})

const show = ({ name, kind, created_at, updated_at }: PasswordSecretRow) => ({
  name,
  kind,
  created_at: rfc3339(created_at),
  updated_at: rfc3339(updated_at),
})

const secretFrom = (given: z.output<typeof body>): PasswordSecret =>
  given.kind === 'pepper'
    ? given
    : {
        kind: given.kind,
        memCost: given.mem_cost,
        rounds: given.rounds,
        saltSeparator: given.salt_separator,
        signerKey: given.signer_key,
      }

const put = endpoint({
  ...common,
  method: 'PUT',
  path: ONE,
  operationId: 'putPasswordSecret',
  permission: 'config:write',
  summary: 'Keep a secret that hashes of a legacy system name, or put another in its place',
  params: oneParams,
  body,
  response: z.object({ secret: shown }),
  failures: [universal.invalid_request],

  async handle({ app, params: { name }, body: given, fail }, deps) {
    const secret = secretFrom(given)
    const problem = secret.kind === 'firebase_scrypt' ? findProjectProblem(secret) : undefined
    if (problem) return fail(universal.invalid_request, { message: `body: ${problem}` })
    const now = deps.now()
    const sealed = sealSecret(deps, app.id, name, secret)
    const row = { app_id: app.id, name, kind: secret.kind, sealed, created_at: now, updated_at: now }
    return { body: { secret: show(await deps.transact((tx) => putSecret(tx, row))) } }
  },
})

const list = endpoint({
  ...common,
  method: 'GET',
  path: LIST,
  operationId: 'listPasswordSecrets',
  permission: 'config:read',
  summary: 'List the secrets that hashes of legacy systems name, by name',
  params,
  response: z.object({ secrets: z.array(shown) }).meta({ id: 'PasswordSecretsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    return { body: { secrets: (await listSecrets(deps.db, app.id)).map(show) } }
  },
})

const read = endpoint({
  ...common,
  method: 'GET',
  path: ONE,
  operationId: 'getPasswordSecret',
  permission: 'config:read',
  summary: 'Read of a secret what may be known',
  params: oneParams,
  response: z.object({ secret: shown }),
  failures: [notFound],

  async handle({ app, params: { name }, fail }, deps) {
    const row = await findSecret(deps.db, app.id, name)
    return row ? { body: { secret: show(row) } } : fail(notFound)
  },
})

const remove = endpoint({
  ...common,
  method: 'DELETE',
  path: ONE,
  operationId: 'deletePasswordSecret',
  permission: 'config:write',
  summary: 'Forget a secret that no hash names any more',
  params: oneParams,
  response: noContent,
  failures: [notFound, failure.password_secret_in_use],

  async handle({ app, params: { name }, fail }, deps) {
    if (await deps.transact((tx) => deleteSecret(tx, app.id, name))) return {}
    const count = await countHashesNaming(deps.db, app.id, name)
    if (count === 0) return fail(notFound)
    const message = `${count} password ${count === 1 ? 'hash names' : 'hashes name'} this secret.`
    return fail(failure.password_secret_in_use, { message })
  },
})

export const secrets = [list, put, read, remove]
