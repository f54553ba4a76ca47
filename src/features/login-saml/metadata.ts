import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { SAML_PATH } from '../../core/saml-connections/connection.ts'
import { metadataOf } from '../../core/saml-connections/keys.ts'
import { findConnectionAt } from '../../core/saml-connections/resolve.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { connectionParams, samlFailure, TAG } from './wire.ts'

export const metadata = endpoint({
  method: 'GET',
  path: `${SAML_PATH}/{provider_id}/{connection_id}/metadata`,
  audience: 'frontend',
  operationId: 'samlMetadata',
  tag: TAG,
  summary: 'What an identity provider is told of us: addresses, and the certificates of what we sign',
  access: open,
  params: connectionParams,
  response: z.string(),
  mediaType: 'application/samlmetadata+xml',
  failures: [samlFailure.saml_connection_not_configured, samlFailure.saml_connection_disabled],

  async handle({ app, params, fail }, deps) {
    const connection = await findConnectionAt(deps.db, app.id, params)
    if (!connection) return fail(samlFailure.saml_connection_not_configured)
    if (!connection.config.enabled) return fail(samlFailure.saml_connection_disabled)
    return { body: await metadataOf(deps, app.id, connection.sp) }
  },
})
