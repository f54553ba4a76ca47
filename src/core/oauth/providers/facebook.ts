import { emailOf, isObject, subjectOf } from '../claims.ts'
import type { Provider } from '../provider.ts'

/** Calls without a version drift to the oldest that lives. */
const VERSION = 'v23.0'
const GRAPH = `https://graph.facebook.com/${VERSION}`

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export const facebook: Provider = {
  name: 'facebook',
  scopes: ['email', 'public_profile'],
  server: () => ({
    issuer: 'https://www.facebook.com',
    authorization_endpoint: `https://www.facebook.com/${VERSION}/dialog/oauth`,
    token_endpoint: `${GRAPH}/oauth/access_token`,
  }),
  authorizeWith: {},
  sendsPkce: true,
  clientAuthentication: 'post',
  hasIdToken: false,
  issuerOf: () => undefined,
  calls: () => ({ me: { url: `${GRAPH}/me?fields=id,name,email`, signed: true } }),
  accountOf({ api: { me } }) {
    const user = isObject(me) ? me : {}
    const subject = subjectOf(user.id)
    if (subject === undefined) return { problem: 'the user has no usable id' }
    // Nobody says that it is verified.
    return { issuer: '', subject, email: emailOf(user, false), profile: {}, amr: [] }
  },
}
