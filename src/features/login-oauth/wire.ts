import { z } from 'zod'
import { providerName } from '../../core/federation/config.ts'
import { failures } from '../../platform/failure.ts'

export const TAG = 'Login OAuth'

export const oauthFailure = failures({
  oauth_provider_not_configured: ['bad_request', 'The application has no login by this provider.'],
  oauth_provider_disabled: ['bad_request', 'Login by this provider is switched off.'],
})

export const connectionFailure = failures({
  oauth_no_connection_for_email: ['not_found', 'No company has its own login for this e-mail address.'],
  oauth_connection_not_configured: ['not_found', 'There is no such connection.'],
  oauth_connection_disabled: ['forbidden', 'Login by this connection is switched off.'],
})

export const params = z.object({ provider: providerName })

/** A provider's, or of a connection with a server of its own, the connection's. */
const returnName = z.union([
  providerName,
  z.string().regex(/^ocon_[0-9a-z]{26}$/, 'must be the id of a connection, ocon_…'),
])

export const callbackParams = z.object({ provider: returnName })

/** `name`: see `returnNameOf`. */
export const callbackPath = (name: string): string => `/v1/session/login/oauth/${name}/callback`

/** What a provider’s page sends along with the browser. */
export const providerAnswer = z.object({
  state: z.string().min(1).max(200).meta({ description: 'The state of the login, as it was sent along.' }),
  code: z.string().max(4_096).optional().meta({ description: 'The authorization code of the provider.' }),
  error: z.string().max(256).optional(),
  error_description: z.string().max(4_096).optional(),
  error_code: z.string().max(256).optional().meta({ description: 'What Facebook says instead of `error`.' }),
  iss: z.string().max(2_000).optional().meta({ description: 'The issuer that answers. RFC 9207.' }),
  user: z
    .string()
    .max(8_192)
    .optional()
    .meta({ description: 'JSON: what Apple says of the user, the first time only.' }),
})

export type ProviderAnswer = z.output<typeof providerAnswer>

/** What the browser is sent on with when a login fails, in our own words: a provider's would be a stranger's text in the app. */
const RETURNED_ERRORS = {
  access_denied: 'The login was cancelled, or is not allowed.',
  email_already_in_use: 'Another account has this e-mail address. Log in with that one.',
  invalid_request: 'The answer of the provider does not fit this login.',
  invalid_scope: 'The provider does not know a scope that the application asks for.',
  oauth_email_domain_not_allowed: 'This login is for people of another company.',
  server_error: 'The login by this provider failed. Try again.',
  temporarily_unavailable: 'The provider is busy. Try again later.',
  unauthorized_client: 'The provider does not let this application log users in.',
  unsupported_response_type: 'The provider does not support this kind of login.',
} as const

export type ReturnedError = keyof typeof RETURNED_ERRORS

export const errorParameters = (error: ReturnedError) => ({ error, error_description: RETURNED_ERRORS[error] })

/** Ours alone to say. */
const OWN_ERRORS = ['email_already_in_use', 'oauth_email_domain_not_allowed']

const isReturnable = (error: string): error is ReturnedError =>
  Object.hasOwn(RETURNED_ERRORS, error) && !OWN_ERRORS.includes(error)

/** Apple's word for it. */
const CANCELLED = 'user_cancelled_authorize'

/** What a provider's error becomes. RFC 6749 §4.1.2.1. */
export function returnedErrorOf(error: string): ReturnedError {
  if (error === CANCELLED) return 'access_denied'
  return isReturnable(error) ? error : 'server_error'
}
