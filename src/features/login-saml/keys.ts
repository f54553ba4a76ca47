import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import {
  announceSamlKey,
  findAnnouncedKey,
  listSamlKeys,
  signingKeyOf,
  switchSamlKey,
} from '../../core/saml-connections/keys.ts'
import type { SamlKeyRow } from '../../core/saml-connections/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { type Endpoint, endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/saml_keys'

const failure = failures({
  saml_key_announced: ['conflict', 'A key is announced already: switch to it first.'],
  no_saml_key_announced: ['conflict', 'No key is announced: announce one first.'],
})

const common = { audience: 'management', tag: 'Config - Login SAML', access: managementKey } as const
const params = z.object({ appID: z.string() })

const keyView = z
  .object({
    generation: z.int().meta({ description: '1, 2, 3 …', examples: [2] }),
    state: z.enum(['announced', 'signs', 'over']).meta({
      description: '`announced`: its certificate stands in our metadata, and it does not sign yet.',
      examples: ['announced'],
    }),
    certificate: z.string().meta({
      description: 'PEM.',
      examples: ['-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n'],
    }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'SAMLKey' })

const one = z.object({ saml_key: keyView.meta({ description: 'The key.' }) }).meta({ id: 'SAMLKeyResponse' })

function viewOf(row: SamlKeyRow, signing: SamlKeyRow | undefined) {
  const state = row.generation === signing?.generation ? 'signs' : 'over'
  return {
    generation: row.generation,
    state: row.signs_since === null ? ('announced' as const) : (state as 'signs' | 'over'),
    certificate: row.certificate,
    created_at: rfc3339(row.created_at),
    expires_at: rfc3339(row.expires_at),
  }
}

const list = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  operationId: 'listSAMLKeys',
  permission: 'config:read',
  summary: 'List the keys that sign our requests to identity providers, oldest first',
  params,
  response: z
    .object({ saml_keys: z.array(keyView).meta({ description: 'In the order of their making.' }) })
    .meta({ id: 'SAMLKeysResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const rows = await listSamlKeys(deps.db, app.id)
    return { body: { saml_keys: rows.map((row) => viewOf(row, signingKeyOf(rows))) } }
  },
})

const announce = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/announce`,
  operationId: 'announceSAMLKey',
  permission: 'config:write',
  sudo: true,
  summary: 'Make the next key: its certificate stands in our metadata from now on, and the old key signs',
  params,
  response: one,
  failures: [universal.invalid_request, failure.saml_key_announced],

  async handle({ app, fail }, deps) {
    const made = (await announceSamlKey(deps, app.id)) ?? fail(failure.saml_key_announced)
    return { body: { saml_key: viewOf(made, undefined) } }
  },
})

const switchOver = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/switch`,
  operationId: 'switchSAMLKey',
  permission: 'config:write',
  sudo: true,
  summary: 'Sign with the key that was announced. The old one is over for good',
  params,
  response: one,
  failures: [universal.invalid_request, failure.no_saml_key_announced],

  async handle({ app, fail }, deps) {
    const next = (await findAnnouncedKey(deps, app.id)) ?? fail(failure.no_saml_key_announced)
    tellChange(deps, { target: { generation: String(next.generation) } })
    const now = deps.now()
    const isDone = await deps.transact((tx) => switchSamlKey(tx, app.id, next.generation, now))
    if (!isDone) fail(failure.no_saml_key_announced)
    return { body: { saml_key: viewOf({ ...next, signs_since: now }, next) } }
  },
})

export const keyOperations: readonly Endpoint[] = [list, announce, switchOver]
