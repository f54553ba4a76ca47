import { failures } from '../../platform/failure.ts'

export const passwordFailure = failures({
  invalid_password: ['bad_request', 'This password does not meet the rules.'],
  invalid_password_hash: ['bad_request', 'This is no password hash that can be taken over.'],
  unknown_password_secret: ['bad_request', 'This password hash names a secret that the application does not have.'],
})
