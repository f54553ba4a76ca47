import { failures } from '../../platform/failure.ts'

export const stepUpFailure = failures({
  not_configured: ['forbidden', 'Step-up is not configured for this.'],
  scope_not_allowed: ['forbidden', 'This scope is not granted by step-up.'],
  direct_scope_identifier_mismatch: ['forbidden', 'The user has proven no identifier that this scope asks for.'],
  invalid_metadata: [
    'bad_request',
    'Metadata are at most 5 pairs of texts: keys of 1 to 12 characters, letters, digits and `.-_:`, values of at most 32 characters.',
  ],
  invalid_verification_token: [
    'bad_request',
    'The verification token, or the passkey’s answer, is not valid for this step.',
  ],
  step_up_config_already_exists: ['conflict', 'The application has a step-up configuration. Replace it with PUT.'],
})
