/** What the mobile SDKs call an error, by its code. Both have the same names. A code that is not here is `Generic`. */
export const CASES: Readonly<Record<string, string>> = {
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  auth_blocked: 'Forbidden',
  bad_request: 'BadRequest',
  invalid_identifier: 'BadRequest',
  invalid_redirect_uri: 'BadRequest',
  oauth_provider_not_configured: 'BadRequest',
  oauth_provider_disabled: 'BadRequest',
  invalid_pagination_limit: 'BadRequest',
  invalid_pagination_offset: 'BadRequest',
  email_domain_not_verified: 'BadRequest',
  insufficient_balance: 'BadRequest',
  bad_check_code: 'InvalidOTPCode',
  use_dpop_nonce: 'Unauthorized',
  invalid_dpop_proof: 'Unauthorized',
  missing_dpop_proof: 'Unauthorized',
  dpop_key_mismatch: 'Unauthorized',
  not_found: 'NotFound',
  conflict: 'Conflict',
  identifier_already_exists: 'Conflict',
  internal: 'InternalServerError',
  internal_server_error: 'InternalServerError',
  rate_limited: 'RateLimited',
  too_many_requests: 'RateLimited',
  invalid_password: 'InvalidPassword',
  password_not_set: 'PasswordNotSet',
  no_login_config: 'NoLoginConfig',
  missing_challenge_token: 'MissingChallengeToken',
  expired_challenge_token: 'ExpiredChallengeToken',
  invalid_challenge_token: 'InvalidChallengeToken',
  token_reused: 'TokenReused',
  token_mismatch: 'InvalidChallengeToken',
  step_not_completed: 'InvalidChallengeToken',
  step_not_found: 'InvalidChallengeToken',
  step_bypassed: 'InvalidChallengeToken',
  invalid_verification_token: 'BadRequest',
  invalid_metadata: 'BadRequest',
  scope_not_allowed: 'Forbidden',
  not_configured: 'Forbidden',
  direct_scope_identifier_mismatch: 'Forbidden',
  insufficient_scope: 'InsufficientScope',
  email_verification_not_allowed: 'Forbidden',
  invalid_verify_configuration: 'Forbidden',
  suspended_account: 'Forbidden',
  invalid_api_key: 'Forbidden',
  saml_login_required: 'SAMLLoginRequired',
  saml_connection_disabled: 'Forbidden',
  saml_connection_not_configured: 'NotFound',
  saml_no_connection_for_email: 'NotFound',
  passkey_not_configured: 'PasskeyNotConfigured',
  passkey_registration_failed: 'PasskeyRegistrationFailed',
  passkey_step_unavailable: 'PasskeyStepUnavailable',
  passkey_authenticator_blocked: 'PasskeyStepUnavailable',
}

/** An error as a mobile SDK reports it to its app. */
export class SdkError extends Error {
  readonly case: string
  readonly code: string
  /** Of the answer; 0 for an error of the SDK's own. */
  readonly status: number

  constructor(code: string, options: { case?: string; status?: number; message?: string | undefined } = {}) {
    super(options.message ?? code)
    this.code = code
    this.case = options.case ?? CASES[code] ?? 'Generic'
    this.status = options.status ?? 0
  }
}
