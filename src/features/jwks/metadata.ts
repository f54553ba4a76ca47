import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { type Application, originsOf } from '../../core/applications/application.ts'
import { issuerOf } from '../../core/sessions/issuer.ts'
import type { Config } from '../../platform/config.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { CACHE_CONTROL, headers } from './jwks.ts'

const metadata = z
  .object({
    issuer: z.string().meta({
      description:
        'Who issues access tokens, as a URL. Their `iss` is the same with the setting `sessions.issuer_form: url`; without it, its host alone.',
    }),
    jwks_uri: z.url(),
    response_types_supported: z.array(z.string()).meta({ description: 'Empty: nobody is authorized here.' }),
    dpop_signing_alg_values_supported: z.array(z.string()),
  })
  .meta({ id: 'AuthorizationServerMetadata' })

function describeServer(app: Application, config: Config, authority: string): z.output<typeof metadata> {
  const [origin] = originsOf(app, config, authority)
  return {
    issuer: issuerOf(app, config, authority).url,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    response_types_supported: [],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
  }
}

const document = (operationId: string, path: string, summary: string) =>
  endpoint({
    method: 'GET',
    path,
    audience: 'frontend',
    operationId,
    tag: 'Well-Known',
    summary,
    access: open,
    response: metadata,
    headers,
    failures: [],
    async handle({ app, request }, { config }) {
      return { headers: CACHE_CONTROL, body: describeServer(app, config, request.authority) }
    },
  })

export const serverMetadata = document(
  'getAuthorizationServerMetadata',
  '/.well-known/oauth-authorization-server',
  'What verifiers and clients of access tokens may know, in the form of RFC 8414',
)

/** Many verifiers look here for issuer and keys. No OpenID provider: what one must name and we have not is not named. */
export const openidConfiguration = document(
  'getOpenidConfiguration',
  '/.well-known/openid-configuration',
  'The same, where verifiers of OpenID Connect look for it',
)
