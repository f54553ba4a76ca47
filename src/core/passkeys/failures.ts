import { failures } from '../../platform/failure.ts'

export const passkeyFailure = failures({
  passkey_not_configured: ['bad_request', 'The application takes no passkeys for this.'],
  passkey_registration_failed: ['bad_request', 'This passkey cannot be registered.'],
  passkey_step_unavailable: ['forbidden', 'The user has no passkey that could do this step.'],
  passkey_authenticator_blocked: [
    'forbidden',
    'This passkey is blocked, or its key was copied. Use another one, and remove this one.',
  ],
})
