import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import {
  type RefreshProblem,
  readSamlConnection,
  refreshProblemOf,
  refreshProblems,
  type SamlCertificate,
  type SamlConnection,
  samlConfigShape,
} from '../../core/saml-connections/connection.ts'
import { findSigningKey } from '../../core/saml-connections/keys.ts'
import { listSamlConnections } from '../../core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../core/saml-connections/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { CALLBACK, OKTA_METADATA } from './config-wire.ts'
import { sharedDomains, type Warning, warningsOf } from './warnings.ts'

const SP = 'https://auth.shop.example/v1/session/login/saml/okta/samlc_01jqebhswje1ka1z7ahr9rfsgt'

const time = z.iso.datetime()

export const connectionView = z
  .object({
    id: z.string(),
    provider_id: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    idp: z.object({
      entity_id: z.string(),
      sso_url: z.string(),
      slo_url: z.string().optional(),
      certificates: z.array(z.string()).meta({ description: 'PEM.' }),
      certificate_details: z.array(
        z.object({
          fingerprint: z.string().meta({ description: 'SHA-256, in hexadecimal.' }),
          not_before: time,
          expires_at: time,
          source: z.enum(['operator', 'metadata']),
          gone_since: time
            .optional()
            .meta({ description: 'Since when metadata does not name it; after a day it leaves.' }),
        }),
      ),
    }),
    sp: z.object({
      entity_id: z.string(),
      acs_url: z.string(),
      slo_url: z.null(),
      metadata_url: z.string(),
      signing_certificate: z.string().meta({ description: 'PEM.' }),
    }),
    behavior: samlConfigShape.shape.behavior,
    mapping: samlConfigShape.shape.mapping,
    metadata_url: z.string().optional().meta({ description: 'Where the identity provider is read anew.' }),
    refreshed_at: time.optional().meta({ description: 'When it was read last.' }),
    refresh_problem: z.enum(refreshProblems).optional().meta({ description: 'Why it could not be read since.' }),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .meta({ description: 'What an operator should look at.' }),
    created_at: time,
    updated_at: time,
  })
  .meta({
    id: 'SAMLConnection',
    examples: [
      {
        id: 'samlc_01jqebhswje1ka1z7ahr9rfsgt',
        provider_id: 'okta',
        name: 'Acme',
        enabled: true,
        idp: {
          entity_id: 'http://www.okta.com/exk1fcia6d6EMsf331d8',
          sso_url: 'https://acme.okta.com/app/acme_shop_1/exk1fcia6d6EMsf331d8/sso/saml',
          certificates: ['-----BEGIN CERTIFICATE-----\nMIIDpDCCAoy…\n-----END CERTIFICATE-----\n'],
          certificate_details: [
            {
              fingerprint: '9f57b8577c8abcd456e261a00ea290ab9975bf5a07937cb6b9892a9359b96f40',
              not_before: '2026-01-05T09:30:00Z',
              expires_at: '2036-01-05T09:30:00Z',
              source: 'metadata',
            },
          ],
        },
        sp: {
          entity_id: SP,
          acs_url: `${SP}/acs`,
          slo_url: null,
          metadata_url: `${SP}/metadata`,
          signing_certificate: '-----BEGIN CERTIFICATE-----\nMIIC8DCCAdi…\n-----END CERTIFICATE-----\n',
        },
        behavior: {
          jit_provisioning: true,
          allow_email_account_merge: false,
          email_domain_allowlist: ['acme.com'],
          enforce_login: false,
          default_redirect_uri: CALLBACK,
          allow_sha1: false,
          allowed_groups: [],
        },
        mapping: { groups: 'groups', custom: { department: 'department' } },
        metadata_url: OKTA_METADATA,
        refreshed_at: '2026-11-29T06:00:00Z',
        warnings: [],
        created_at: '2026-11-01T12:00:00Z',
        updated_at: '2026-11-01T12:00:00Z',
      },
    ],
  })

export type ConnectionView = z.input<typeof connectionView>

/** A connection with what stands around it. */
export interface Surveyed {
  readonly row: SamlConnectionRow
  readonly connection: SamlConnection
  readonly problem: RefreshProblem | ''
  /** PEM: what we sign with. */
  readonly signingCertificate: string
  readonly warnings: readonly Warning[]
}

/** Every connection of an application, oldest first. Makes its key when there is none: never inside a transaction. */
export async function survey(deps: Deps, app: Application): Promise<Surveyed[]> {
  const rows = await listSamlConnections(deps.db, app.id)
  if (rows.length === 0) return []
  const signing = await findSigningKey(deps, app.id)
  const pairs = rows.map((row) => ({ row, connection: readSamlConnection(row) }))
  const shared = sharedDomains(pairs.map(({ connection }) => connection))
  return pairs.map(({ row, connection }) => {
    const problem = refreshProblemOf(row)
    const around = {
      app,
      problem,
      signingEndsAt: signing.expires_at,
      now: deps.now(),
      shared: shared.get(row.id) ?? [],
    }
    return {
      row,
      connection,
      problem,
      signingCertificate: signing.certificate,
      warnings: warningsOf({ connection, ...around }),
    }
  })
}

export function viewOf({ row, connection, problem, signingCertificate, warnings }: Surveyed): ConnectionView {
  const { config, idp, sp } = connection
  return {
    id: row.id,
    provider_id: row.provider,
    ...config,
    idp: {
      ...idp,
      certificates: idp.certificates.map(({ pem }) => pem),
      certificate_details: idp.certificates.map(detailsOf),
    },
    sp: {
      entity_id: sp.entityId,
      acs_url: sp.acsUrl,
      slo_url: null,
      metadata_url: sp.metadataUrl,
      signing_certificate: signingCertificate,
    },
    ...(row.metadata_url !== '' && { metadata_url: row.metadata_url }),
    ...(row.refreshed_at !== null && { refreshed_at: rfc3339(row.refreshed_at) }),
    ...(problem !== '' && { refresh_problem: problem }),
    warnings: [...warnings],
    created_at: rfc3339(row.created_at),
    updated_at: rfc3339(row.updated_at),
  }
}

const detailsOf = ({ fingerprint, not_before, expires_at, source, gone_since }: SamlCertificate) => ({
  fingerprint,
  not_before: rfc3339(not_before),
  expires_at: rfc3339(expires_at),
  source,
  ...(gone_since !== undefined && { gone_since: rfc3339(gone_since) }),
})
