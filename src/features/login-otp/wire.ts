import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { readCode } from '../../core/verifications/code.ts'
import { verificationFailure } from '../../core/verifications/failures.ts'
import { CODE_WINDOW_SECONDS } from '../../core/verifications/limits.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'

export const TAG = 'Login OTP'

const SIZES = /^\d{4,8}$/

/** Read as its digits. Anything else is refused before a try is counted. */
export const codeMember = z
  .string()
  .max(64)
  .overwrite((text) => readCode(text) ?? '')
  .refine((code) => SIZES.test(code), 'must be 4 to 8 digits')
  .meta({ description: 'The code as the user entered it: digits of any script; blanks and dashes do not count.' })

export const loginMembers = {
  identifier: z.object({
    type: z.enum(['phone_number', 'email_address']),
    value: z.string().min(1).max(320).meta({ description: 'E-mail address, or phone number with country code.' }),
  }),
  login_config_id: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'A configuration other than the default of the channel.' }),
  dispatch_id: z.string().max(64).optional().meta({ description: 'The identifier of the dispatch from the SDK.' }),
}

/** What the start of a login answers when it does not start. */
export const startFailure = {
  invalid_identifier: identifierFailure.invalid_identifier,
  saml_login_required: waysInFailure.saml_login_required,
  no_login_config: verificationFailure.no_login_config,
} as const

/** What goes with `rate_limited`. */
export const retryLater = { headers: { 'retry-after': String(CODE_WINDOW_SECONDS) } }

/** What a code that does not win is answered. */
export const checkFailure = {
  wrong: verificationFailure.bad_check_code,
  ended: accessFailure.unauthorized,
  reused: challengeFailure.token_reused,
  saml_login_required: waysInFailure.saml_login_required,
} as const

/** What the proof that goes with a step of a step-up may be refused for. */
export const proofFailures = [
  accessFailure.missing_dpop_proof,
  accessFailure.invalid_dpop_proof,
  accessFailure.dpop_key_mismatch,
] as const
