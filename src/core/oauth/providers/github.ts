import { emailOf, isObject } from '../claims.ts'
import type { FederatedAccount, Json, Provider } from '../provider.ts'

const API = 'https://api.github.com'
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
/** Reaches nobody. */
const NO_REPLY = /@users\.noreply\.github\.com$/i

/** The entry that is primary; the profile's own address says nothing of who has it. */
function primaryOf(emails: unknown): FederatedAccount['email'] {
  const entries: Json[] = Array.isArray(emails) ? emails.filter(isObject) : []
  const { email, verified } = entries.find(({ primary }) => primary === true) ?? {}
  const told = emailOf({ email }, verified === true)
  return told && NO_REPLY.test(told.value) ? undefined : told
}

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const github: Provider = {
  name: 'github',
  scopes: ['read:user', 'user:email'],
  server: () => ({
    // Comes back with the code. https://docs.github.com/apps/github-authentication-discovery-endpoints
    issuer: 'https://github.com/login/oauth',
    authorization_endpoint: 'https://github.com/login/oauth/authorize',
    token_endpoint: 'https://github.com/login/oauth/access_token',
  }),
  authorizeWith: {},
  sendsPkce: true,
  clientAuthentication: 'post',
  hasIdToken: false,
  issuerOf: () => undefined,
  calls: () => ({
    user: { url: `${API}/user`, headers: HEADERS },
    // An app may not have the permission.
    emails: { url: `${API}/user/emails?per_page=100`, headers: HEADERS, optional: true },
  }),
  accountOf({ api: { user, emails } }) {
    // The login can be renamed, and taken by a stranger then.
    const { id } = isObject(user) ? user : {}
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1) return { problem: 'the user has no usable id' }
    return { issuer: '', subject: String(id), email: primaryOf(emails), profile: {}, amr: [] }
  },
}
