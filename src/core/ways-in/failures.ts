import { failures } from '../../platform/failure.ts'

export const waysInFailure = failures({
  saml_login_required: ['forbidden', 'People of this address’s company log in by its own connection. Begin there.'],
  last_way_in: ['conflict', 'Without this the user could not log in any more. Add another way in first.'],
})
