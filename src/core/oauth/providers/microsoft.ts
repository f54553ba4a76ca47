import { accountOfClaims, emailOf, flagOf, subjectOf } from '../claims.ts'
import type { Json, Provider, ProviderOptions } from '../provider.ts'

const HOST = 'https://login.microsoftonline.com'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Where accounts of people without a company live. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'

const tenantOf = ({ tenant = 'common' }: ProviderOptions) => tenant

/** Whether tokens of a tenant are taken. A tenant that is named by its domain cannot be told by its id: any company's is taken, nobody's own. */
function isTaken(tid: string, tenant: string): boolean {
  if (tenant === 'common') return true
  if (tenant === 'consumers') return tid === CONSUMERS
  return GUID.test(tenant) ? tid === tenant : tid !== CONSUMERS
}

/** Whether the address is known to be the user's: what an administrator typed is nobody's proof. Any other word on it than true wins. */
const isVerified = ({ email_verified, xms_edov }: Json): boolean =>
  (email_verified === undefined || flagOf(email_verified) === true) &&
  (flagOf(xms_edov) === true || xms_edov === 1 || xms_edov === '1')

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
export const microsoft: Provider = {
  name: 'microsoft',
  scopes: ['openid', 'email', 'profile'],
  server(options) {
    const authority = `${HOST}/${tenantOf(options)}`
    return {
      // A template: each token says its tenant.
      issuer: `${authority}/v2.0`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
    }
  },
  authorizeWith: {},
  sendsPkce: true,
  clientAuthentication: 'post',
  hasIdToken: true,
  issuerOf({ tid, ver }, options) {
    if (typeof tid !== 'string' || !GUID.test(tid) || ver !== '2.0') return undefined
    return isTaken(tid, tenantOf(options)) ? `${HOST}/${tid}/v2.0` : undefined
  },
  calls: () => ({}),
  accountOf({ idToken = {} }) {
    const account = accountOfClaims(idToken, emailOf(idToken, isVerified(idToken)))
    const oid = subjectOf(idToken.oid)
    return 'problem' in account || oid === undefined ? account : { ...account, altSubject: `${idToken.tid}/${oid}` }
  },
}
