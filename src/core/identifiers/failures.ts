import { failures } from '../../platform/failure.ts'

export const identifierFailure = failures({
  invalid_identifier: ['bad_request', 'This is neither an e-mail address nor a phone number with its country code.'],
  identifier_already_exists: ['conflict', 'Another user has this identifier.'],
})
