import type { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import {
  type RefreshProblem,
  readSamlConnection,
  refreshProblemOf,
  type SamlCertificate,
  type SamlConnection,
} from '../../core/saml-connections/connection.ts'
import { findSigningKey } from '../../core/saml-connections/keys.ts'
import { listSamlConnections } from '../../core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../core/saml-connections/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { connectionView } from './config-wire.ts'
import { sharedDomains, type Warning, warningsOf } from './warnings.ts'

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
