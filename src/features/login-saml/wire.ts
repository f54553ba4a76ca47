import { z } from 'zod'
import { failures } from '../../platform/failure.ts'

export const TAG = 'Login SAML'

export const samlFailure = failures({
  saml_no_connection_for_email: ['not_found', 'No company has its own login for this e-mail address.'],
  saml_connection_not_configured: ['not_found', 'There is no such connection.'],
  saml_connection_disabled: ['forbidden', 'Login by this connection is switched off.'],
})

export const connectionParams = z.object({
  provider_id: z
    .string()
    .max(32)
    .meta({
      description: 'The kind of identity provider, as the connection was made.',
      examples: ['okta'],
    }),
  connection_id: z
    .string()
    .max(64)
    .meta({ description: 'The connection.', examples: ['samlc_01jqebhswje1ka1z7ahr9rfsgt'] }),
})

/** What the browser is sent on with when a login fails: one text for all that an attacker could try. */
const RETURNED_ERRORS = {
  saml_authentication_failed: 'The login by your company failed. Try again, or ask whoever looks after it.',
  saml_email_domain_not_allowed: 'This login is for people of another company.',
  saml_user_not_provisioned: 'Your company has not given you an account here yet.',
  email_already_in_use: 'Another account has this e-mail address. Log in with that one.',
  access_denied: 'This account may not log in.',
} as const

export type ReturnedError = keyof typeof RETURNED_ERRORS

export const errorParameters = (error: ReturnedError) => ({ error, error_description: RETURNED_ERRORS[error] })
