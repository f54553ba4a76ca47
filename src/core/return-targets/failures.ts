import { failures } from '../../platform/failure.ts'

export const targetFailure = failures({
  invalid_redirect_uri: ['bad_request', 'This redirect URI is not on the list of the application.'],
})
