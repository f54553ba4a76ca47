import { failures } from '../../platform/failure.ts'

export const verificationFailure = failures({
  bad_check_code: ['unauthorized', 'This code is not valid.'],
  no_login_config: ['bad_request', 'The application sends no codes by this channel or configuration.'],
})
