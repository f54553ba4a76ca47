// Antiphon's migration hook for systems that answer "who am I?" to whoever shows a cookie or a session token: Ory (Kratos), Better Auth, Okta.
// Run: ANTIPHON_APP_ID=… ANTIPHON_JWKS_URL=… LEGACY_URL=… node whoami.mjs kratos
import { createServer } from 'node:http'
import { antiphonHook } from '../node/antiphon-call.mjs'

const { ANTIPHON_APP_ID: appId, ANTIPHON_JWKS_URL: jwksUrl, LEGACY_URL, OKTA_API_TOKEN, PORT = '9100' } = process.env

/** What a header can hold: anything else is nobody's, and fetch would write it into the log with its complaint. */
const isHeader = (text) => /^[\x20-\x7e]+$/.test(text)

/** Ask the legacy system: its JSON, or undefined when it says by one of these statuses that nobody is signed in. Any other is thrown. */
async function ask(path, headers, statusesOfNobody) {
  const response = await fetch(LEGACY_URL + path, {
    headers: { accept: 'application/json', ...headers },
    signal: AbortSignal.timeout(4_000),
    redirect: 'error',
  })
  if (statusesOfNobody.includes(response.status)) return undefined
  if (!response.ok) throw new Error(`${LEGACY_URL} answered ${response.status}`)
  return (await response.json()) ?? undefined
}

const email = (value, verified) => ({ type: 'email_address', value, verified })

const vendors = {
  /** Token: what is in `X-Session-Token` (`ory_st_…`), or the cookie `ory_kratos_session=…`; with Ory Network `ory_session_…=…`. */
  async kratos(token) {
    const headers = token.startsWith('ory_st_') ? { 'x-session-token': token } : { cookie: token }
    const session = await ask('/sessions/whoami', headers, [401, 403])
    if (!session?.active) return undefined
    const { id, verifiable_addresses = [] } = session.identity
    const type = (via) => (via === 'email' ? 'email_address' : 'phone_number')
    return {
      external_id: id,
      identifiers: verifiable_addresses.map(({ value, via, verified }) => ({ type: type(via), value, verified })),
    }
  },

  /** Token: the cookie `better-auth.session_token=…`, over https `__Secure-better-auth.session_token=…`. */
  async 'better-auth'(token) {
    const found = await ask('/api/auth/get-session?disableCookieCache=true&disableRefresh=true', { cookie: token }, [])
    if (!found) return undefined
    const { user } = found
    return { external_id: user.id, identifiers: [email(user.email, user.emailVerified)], profile: { name: user.name } }
  },

  /**
   * Token: the cookie `sid=…` of your Okta domain. With an access or ID token you need no hook. Okta does not say whether an address is
   * proven: `true` only where you let nobody register without proof.
   */
  async okta(token) {
    const session = await ask('/api/v1/sessions/me', { cookie: token }, [404])
    if (session?.status !== 'ACTIVE') return undefined
    const user = await ask(`/api/v1/users/${session.userId}`, { authorization: `SSWS ${OKTA_API_TOKEN}` }, [])
    return user.status === 'ACTIVE'
      ? { external_id: user.id, identifiers: [email(user.profile.email, false)] }
      : undefined
  },
}

const ofVendor = vendors[process.argv[2]]
if (!ofVendor) throw new Error(`say which: ${Object.keys(vendors).join(', ')}`)
const userOf = async (token) => (isHeader(token) ? await ofVendor(token) : undefined)
const server = createServer(antiphonHook({ appId, jwksUrl, userOf }))
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
