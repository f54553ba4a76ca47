import { profileOf } from '../../federation/profile.ts'
import { accountOfClaims, emailOf, isObject } from '../claims.ts'
import type { Provider } from '../provider.ts'

const ISSUER = 'https://appleid.apple.com'

/** https://developer.apple.com/documentation/signinwithapplerestapi */
export const apple: Provider = {
  name: 'apple',
  scopes: ['name', 'email'],
  server: () => ({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth/authorize`,
    token_endpoint: `${ISSUER}/auth/token`,
    jwks_uri: `${ISSUER}/auth/keys`,
  }),
  // Demanded as soon as a scope is asked for.
  authorizeWith: { response_mode: 'form_post' },
  sendsPkce: false,
  clientAuthentication: 'apple',
  hasIdToken: true,
  issuerOf: () => ISSUER,
  calls: () => ({}),
  accountOf({ idToken = {}, form }) {
    const account = accountOfClaims(idToken, emailOf(idToken))
    if ('problem' in account) return account
    // Not signed: whoever has the browser writes it. It may name a new user, and its address is not even read.
    const name = isObject(form?.name) ? form.name : {}
    return { ...account, profile: profileOf(name.firstName, name.lastName) }
  },
}
