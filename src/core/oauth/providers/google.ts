import { accountOfClaims, emailOf } from '../claims.ts'
import type { Provider } from '../provider.ts'

const ISSUER = 'https://accounts.google.com'

/** https://developers.google.com/identity/openid-connect/openid-connect */
export const google: Provider = {
  name: 'google',
  scopes: ['openid', 'email', 'profile'],
  server: () => ({
    issuer: ISSUER,
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
  }),
  // A browser that several people share would silently take the account of whoever was there last.
  authorizeWith: { prompt: 'select_account' },
  sendsPkce: true,
  clientAuthentication: 'post',
  hasIdToken: true,
  // Two spellings, and no other.
  issuerOf: ({ iss }) => (iss === 'accounts.google.com' ? iss : ISSUER),
  calls: () => ({}),
  accountOf({ idToken = {} }) {
    const account = accountOfClaims(idToken, emailOf(idToken))
    const { hd } = idToken
    return 'problem' in account || typeof hd !== 'string' ? account : { ...account, hostedDomain: hd.toLowerCase() }
  },
}
