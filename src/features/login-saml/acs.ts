import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { SAML_PATH } from '../../core/saml-connections/connection.ts'
import { findConnectionAt } from '../../core/saml-connections/resolve.ts'
import { endpoint, redirection } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { arrive } from './arrive.ts'
import { connectionParams, samlFailure, TAG } from './wire.ts'

/** Enough for somebody in 500 groups, in base64, in a form. */
const MAX_BODY_BYTES = 256 * 1024

export const acs = endpoint({
  method: 'POST',
  path: `${SAML_PATH}/{provider_id}/{connection_id}/acs`,
  audience: 'frontend',
  operationId: 'samlAcs',
  signIn: 'company',
  tag: TAG,
  summary:
    'Where an identity provider has the browser post its response. The browser goes on to the app with a challenge token, or an error',
  access: open,
  params: connectionParams,
  body: z.object({
    SAMLResponse: z
      .string()
      .min(1)
      .max(MAX_BODY_BYTES)
      .meta({ description: 'The response, base64.', examples: ['PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxw…'] }),
    RelayState: z
      .string()
      .max(4_096)
      .optional()
      .meta({
        description: 'As it was sent along. Where the identity provider began, it may be anything and means nothing.',
        examples: ['_hAJ3qkBhp1m5Yw6rKq0Qe0m7uFvX2cTnS8dLzR9tEoI'],
      }),
  }),
  form: true,
  maxBodyBytes: MAX_BODY_BYTES,
  response: redirection,
  failures: [
    universal.bad_request,
    samlFailure.saml_connection_disabled,
    samlFailure.saml_connection_not_configured,
    universal.overloaded,
  ],

  async handle({ app, params, body, request, fail }, deps) {
    const connection = await findConnectionAt(deps.db, app.id, params)
    if (!connection) return fail(samlFailure.saml_connection_not_configured)
    if (!connection.config.enabled) return fail(samlFailure.saml_connection_disabled)
    const arrival = await arrive(deps, app, connection, request.ip, body)
    if (arrival.kind === 'overloaded') return fail(universal.overloaded, { headers: { 'retry-after': '5' } })
    return arrival.kind === 'gone' ? { location: arrival.location } : fail(universal.bad_request)
  },
})
