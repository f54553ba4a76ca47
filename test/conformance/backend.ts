/**
 * A backend in plain `fetch`, written from the published pages of the Prelude Auth API and from nothing else: no import from the project.
 * It plays every documented management call at least once, rightly and wrongly, in the order a backend would.
 *
 *   node test/conformance/backend.ts <base url> <app id> <management key> [frontend url]
 *
 * The application must be fresh and in mode `dev`, and its server allowed to call http://127.0.0.1. Numbers are the rows of the table of
 * management operations; letters are what the pages tell elsewhere. UNKNOWN marks what they do not say: any sensible answer passes there.
 */
import { readFileSync } from 'node:fs'
import { appId, claimsOf, client, issuer, manage, newP8Key, receiver, rows, type Shape, shapes } from './backend-kit.ts'

const { get, post, put, patch, del, delByName, modeWith } = manage
const { ok, no, bad, that, sum } = rows
const { text, number, flag, time, object, list, has, lacks, not, holding } = shapes

const hooks = await receiver('my-secret-token')
const TIMES = { created_at: time, updated_at: time }
const config = (members: object) => ({ config: { ...members, ...TIMES } })
const long = (length: number) => 'x'.repeat(length)

// ---- the application

// UNKNOWN: the code of a 401.
await no('a', modeWith({}), 401)
await no('a', modeWith({ authorization: 'Bearer not-a-key' }), 401)
await that('a', 'WWW-Authenticate of a 401', /Bearer/, (await modeWith({})).headers.get('www-authenticate'))

await ok(1, get('/mode'), 200, { mode: 'dev' })

const inNinetyDays = Math.floor(Date.now() / 1000) + 90 * 86_400
const claims = { sub: 'usr_test', role: 'admin', nested: { a: [1] }, exp: inNinetyDays }
const minted = await ok(3, post('/tokens', { claims }), 201, { token: text, expires_at: time })
const dev = claimsOf(minted.token)
const { kid } = claimsOf(minted.token, 0)
await that(3, 'claims', { sub: 'usr_test', role: 'admin', nested: { a: [1] }, iat: number, jti: text }, dev)
await that(3, 'exp is capped', dev.iat + 86_400, dev.exp)
await that(3, 'expires_at is exp', dev.exp, Date.parse(minted.expires_at) / 1000)
const { keys = [] } = (await client('/.well-known/jwks.json', undefined)).body
await that(
  3,
  'keys it can be verified by',
  has(kid),
  keys.map((key: { kid: string }) => key.kid),
)
await bad(3, post('/tokens', {}))

await ok(2, put('/mode', { mode: 'prod' }), 204)
await ok(1, get('/mode'), 200, { mode: 'prod' })
await no(3, post('/tokens', { claims: {} }), [400, 403, 409]) // UNKNOWN: by which code
await ok(2, put('/mode', { mode: 'dev' }), 204)
await bad(2, put('/mode', { mode: 'staging' }))
await bad(2, put('/mode', {}))

// ---- scopes, groups, claims, step-up, migration, lifetimes

for (const scope of ['admin', 'reports:read', 'reports:write', 'transfer:write', 'unused'])
  await ok(36, post('/config/scopes', { scope }), 201)
await bad(36, post('/config/scopes', { scope: 'not a scope' }))
await bad(36, post('/config/scopes', {}))
await ok(35, get('/config/scopes'), 200, { scopes: has('unused') })
await ok(37, del('/config/scopes', { scope: 'unused' }), 200, { scopes: list(text, 4) })
await ok(35, get('/config/scopes'), 200, { scopes: lacks('unused') })

// A group is not wrapped.
const GROUP = { name: 'staff', scopes: list(text), ...TIMES }
const staff = { name: 'staff', scopes: ['reports:read'] }
await ok(39, post('/config/groups', staff), '2xx', { ...GROUP, ...staff })
await bad(39, post('/config/groups', { name: 'two words', scopes: [] }))
await bad(39, post('/config/groups', { name: long(65), scopes: [] }))
// UNKNOWN: codes of a scope that is not allowed, and of a name that is taken.
await no(39, post('/config/groups', { name: 'other', scopes: ['never:allowed'] }), [400, 403, 404, 409])
await no(39, post('/config/groups', staff), [400, 409])
await ok(38, get('/config/groups'), 200, { groups: list(GROUP, 1) })
await ok(40, get('/config/groups/staff'), 200, GROUP)
await no(40, get('/config/groups/nobody'), 404)

const mapping = {
  tenant: 'acme',
  level: 7,
  internal_id: { $input: 'user_id', $type: 'uuid' },
  from: { ip: { $input: 'ip', $type: 'string' }, country: { $input: 'country_code', $type: 'string' } },
  mail: { $input: 'emails', $type: 'string' },
  who: { name: { $custom_claim: 'first_name' }, size: { $custom_claim: 'shoe_size' } },
}
const MAPPED = config({ mapping, version: number })
await ok(
  42,
  post('/config/claims', { mapping: { tenant: 'acme' } }),
  201,
  config({ mapping: { tenant: 'acme' }, version: number }),
)
await no(42, post('/config/claims', { mapping: {} }), [400, 409]) // one per application; UNKNOWN: by which code
await ok(44, put('/config/claims', { mapping }), 200, MAPPED)
await bad(44, put('/config/claims', { mapping: { a: { $input: 'user_id' } } }))
await bad(44, put('/config/claims', { mapping: { a: { $input: 'horoscope', $type: 'string' } } }))
await ok(43, get('/config/claims'), 200, MAPPED)

const steps = [{ order: 1, key: 'verify_email', expiration_duration: 600 }]
const grant = { status: 'review', grant_mode: 'single-use', granted_for: 600, steps }
const delegated = { scope: 'transfer:write', mode: 'delegated', delegated: { delegation_hook: `${hooks.url}/step-up` } }
const stepUp = (members = {}, jwks_url = 'https://keys.conformance.example/jwks.json') => ({
  jwks_url,
  step_keys: [{ key: 'kyc', description: 'asks for a passport' }],
  allowed_scopes: [
    delegated,
    { scope: 'prld:pwd:write', mode: 'direct', direct: { identifier_types: ['email_address'], ...grant, ...members } },
    { scope: 'prld:phone:register', mode: 'managed' },
  ],
})
const STEP_UP = config(stepUp())
await ok(46, post('/config/stepup', stepUp({ granted_for: 60 })), 201, config({ step_keys: list({ key: 'kyc' }) }))
await no(46, post('/config/stepup', stepUp()), 409, 'step_up_config_already_exists')
await ok(48, put('/config/stepup', stepUp()), 200, STEP_UP)
await bad(48, put('/config/stepup', stepUp({ granted_for: 86_401 })))
await bad(48, put('/config/stepup', stepUp({ status: 'perhaps' })))
await bad(48, put('/config/stepup', stepUp({ steps: [{ ...steps[0], order: 0 }] })))
await bad(48, put('/config/stepup', stepUp({ steps: [{ ...steps[0], key: 'two words' }] })))
await bad(48, put('/config/stepup', { ...stepUp(), allowed_scopes: [{ scope: 'transfer:write', mode: 'managed' }] }))
await bad(48, put('/config/stepup', stepUp({}, '')))
await bad(48, put('/config/stepup', { allowed_scopes: [] }))
await ok(47, get('/config/stepup'), 200, STEP_UP)

const hookAt = (session_validation_url: string) => ({ session_validation_url })
const ours = hookAt(`${hooks.url}/validate`)
const theirs = hookAt('https://api.conformance.example/session/validate')
await ok(50, post('/config/migration', theirs), 201, config(theirs))
await no(50, post('/config/migration', ours), [400, 409]) // one per application; UNKNOWN: by which code
await ok(51, put('/config/migration', ours), 200, config(ours))
await bad(51, put('/config/migration', hookAt('not a url')))

// UNKNOWN: names of members, and whether they are wrapped.
const lifetimes = async () => ok('b', get('/config/tokens'), 200).then((body) => body.config ?? body)
const LIFETIMES = { access_token_ttl_seconds: number, refresh_token_ttl_seconds: number }
await that('b', 'lifetimes', LIFETIMES, await lifetimes())
await ok('b', put('/config/tokens', { access_token_ttl_seconds: 120 }), '2xx')
await that('b', 'lifetimes', { ...LIFETIMES, access_token_ttl_seconds: 120 }, await lifetimes())
await bad('b', put('/config/tokens', { access_token_ttl_seconds: -1 }))

// ---- ways in

const OTP = { ...TIMES, id: /^lcfg_/, channel_type: /^(sms|email)$/, is_default: flag, granted_scopes: list(text) }
const byMail = { config_type: 'otp', channel_type: 'email', is_default: true, granted_scopes: [] }
const bySms = {
  config_type: 'otp',
  channel_type: 'sms',
  template_id: 'tpl_01jqebhswje1ka1z7ahr9rfsgt',
  sender_id: 'Prelude',
}
const madeOtp = await ok(54, post('/config/login/otp', byMail), 201, { login_config: { ...OTP, ...byMail } })
const otp = madeOtp.login_config?.id
await ok(54, post('/config/login/otp', bySms), 201, { login_config: { ...OTP, ...bySms } })
await bad(54, post('/config/login/otp', { ...byMail, channel_type: 'pigeon' }))
await bad(54, post('/config/login/otp', { config_type: 'otp' }))
const forPassword = { ...byMail, granted_scopes: ['prld:pwd:write'] }
await ok(55, put(`/config/login/otp/${otp}`, forPassword), 200, { login_config: { ...OTP, ...forPassword, id: otp } })
await bad(55, put(`/config/login/otp/${otp}`, { ...byMail, channel_type: 7 }))
await no(55, put('/config/login/otp/lcfg_01jqebhswje1ka1z7ahr9rfsgt', byMail), 404)
await ok(53, get('/config/login/otp'), 200, { login_configs: list(OTP, 2) })

const options = { use_email_as_identifier: true, allow_email_account_merge: false, verify_email: true }
const oauth = { client_id: 'client', enabled: true, scopes: ['openid'], granted_scopes: ['prld:pwd:write'], options }
const withSecret = { ...oauth, client_secret: 'its-secret' }
const withoutMail = { ...withSecret, options: { ...options, use_email_as_identifier: false } }
const OAUTH = { ...oauth, provider_id: text, client_secret: undefined }
await ok(58, post('/config/login/oauth/google', withSecret), 201, config(OAUTH))
const p8_key = await newP8Key()
const apple = { team_id: 'TEAM123456', key_id: 'KEY1234567' }
await ok(
  58,
  post('/config/login/oauth/apple', { ...oauth, apple: { ...apple, p8_key } }),
  201,
  config({ ...OAUTH, apple }),
)
await bad(58, post('/config/login/oauth/microsoft', { client_id: 'no-secret' }))
await bad(58, post('/config/login/oauth/github', withoutMail)) // verify_email wants use_email_as_identifier
await no(58, post('/config/login/oauth/myspace', withSecret), [400, 404])
await no(58, post('/config/login/oauth/google', withSecret), [400, 409]) // one per provider; UNKNOWN: by which code
const off = { ...withSecret, enabled: false }
await ok(59, put('/config/login/oauth/google', off), 200, config({ ...OAUTH, enabled: false }))
await bad(59, put('/config/login/oauth/google', { ...withSecret, enabled: 'perhaps' }))
await ok(57, get('/config/login/oauth'), 200, { configs: list({ ...OAUTH, ...TIMES, enabled: flag }, 2) })
await ok(60, get('/config/login/oauth/apple'), 200, config({ ...OAUTH, apple }))
await ok(60, del('/config/login/oauth/apple'), '2xx')
await no(60, get('/config/login/oauth/apple'), 404)

const limit = { ttl: 600_000_000_000, limit: 10 }
const password_compliancy = { min_length: 8, max_length: 128, uppercase: 1, lowercase: 1, numbers: 1, symbols: 1 }
const limits = { rate_limit_login_ip: limit, rate_limit_login_identifier: limit }
const passwords = { hash_method: 'argon2id', enabled: true, ...limits, password_compliancy }
await bad(61, post('/config/login/password', { enabled: true }))
const idle = { ...passwords, enabled: false }
await ok(61, post('/config/login/password', idle), 201, config(idle))
await no(61, post('/config/login/password', passwords), [400, 409]) // UNKNOWN: by which code
await ok(63, put('/config/login/password', passwords), 200, config(passwords))
await bad(63, put('/config/login/password', { enabled: true }))
await ok(62, get('/config/login/password'), 200, config(passwords))

const certificates = [readFileSync(new URL('idp.pem', import.meta.url), 'utf8')]
const idp = { entity_id: 'http://www.okta.com/exk1', sso_url: 'https://acme.okta.com/app/abc/sso/saml', certificates }
const linking = { jit_provisioning: true, allow_email_account_merge: false }
const behavior = { ...linking, email_domain_allowlist: ['acme.example'], enforce_login: false }
const mapped = { email: 'email', groups: 'groups', custom: { department: 'dept' } }
const acme = { name: 'Acme', enabled: true, idp, behavior, mapping: mapped }
const SP = holding('/v1/session/login/saml/okta/samlc_')
const sp = { entity_id: SP, acs_url: SP, metadata_url: SP, slo_url: not(undefined), signing_certificate: text }
const SAML = { ...acme, id: /^samlc_/, idp: { ...idp, certificates: list(text, 1) }, sp }
const { connection } = await ok(66, post('/config/login/saml/okta', acme), 201, { connection: SAML })
await bad(66, post('/config/login/saml/okta', { ...acme, idp_metadata_url: 'https://acme.okta.com/metadata' }))
await bad(66, post('/config/login/saml/okta', { ...acme, idp: undefined }))
await ok(65, get('/config/login/saml'), 200, { connections: list({ id: connection?.id }, 1) })
const at = `/config/login/saml/okta/${connection?.id}`
await ok(68, put(at, { name: 'Acme Inc' }), 200, { connection: { ...SAML, name: 'Acme Inc' } })
await no(68, put(at, { idp: { ...idp, entity_id: 'http://other' } }), [400, 409])
await ok(67, get(at), 200, { connection: { ...SAML, name: 'Acme Inc' } })
await no(67, get('/config/login/saml/okta/samlc_01jqebhswje1ka1z7ahr9rfsgt'), 404)
await ok(70, get(`${at}/metadata`), 200, holding(`${connection?.id}/acs`))
await ok(69, del(at), '2xx')
await no(69, get(at), 404)

const allowed_origins = ['https://app.conformance.example']
const party = { rp_id: 'conformance.example', rp_name: 'Conformance', allowed_origins, login_enabled: true }
const defaults = { user_verification: 'required', attestation_preference: 'none' }
const { login_enabled: _, ...least } = party
await ok(71, put('/config/passkey', least), '2xx', config({ ...least, ...defaults, login_enabled: false }))
await ok(71, put('/config/passkey', party), '2xx', config({ ...party, ...defaults }))
await bad(71, put('/config/passkey', { ...party, rp_id: 'https://conformance.example' }))
await bad(71, put('/config/passkey', { ...party, allowed_origins: ['https://elsewhere.example'] }))
await bad(71, put('/config/passkey', { rp_id: 'conformance.example' }))
await ok(72, get('/config/passkey'), 200, config({ ...party, ...defaults }))
await ok(73, del('/config/passkey'), '2xx')
await no(73, get('/config/passkey'), 404)

// ---- webhooks

const users = ['user.created', 'user.deleted', 'user.identifier.created', 'user.identifier.deleted']
const events = [
  ...users,
  'user.session.created',
  'user.session.revoked',
  'migration.hook_failed',
  'step_up.hook_failed',
]
const hook = { url: `${hooks.url}/webhook`, verification_token: 'my-secret-token', events }
const WEBHOOK = {
  ...TIMES,
  id: /^web_/,
  url: hook.url,
  events: list(text),
  active: false,
  verification_token: undefined,
}
const webhookWith = (members: object) => ({ webhook: { ...WEBHOOK, ...members } })
const { webhook } = await ok(22, post('/webhooks', hook), 201, webhookWith({ events: list(text, 8) }))
const its = `/webhooks/${webhook?.id}`
const other = { ...hook, url: `${hooks.url}/other`, verification_token: 'another-token' }
await bad(22, post('/webhooks', { ...other, events: ['user.sneezed'] }))
await bad(22, post('/webhooks', { ...other, verification_token: long(101) }))
await bad(22, post('/webhooks', { ...other, url: `https://conformance.example/${long(2048)}` }))
await bad(22, post('/webhooks', { url: other.url, events }))
await ok(23, get('/webhooks'), 200, { webhooks: list(WEBHOOK, 1) })
await ok(24, get(its), 200, webhookWith({}))
await no(24, get('/webhooks/web_01jqebhswje1ka1z7ahr9rfsgt'), 404)
const [profiled, deleted] = ['user.profile.updated', 'user.deleted']
await ok(26, post(`${its}/events`, { event: profiled }), 201, webhookWith({ events: has(profiled) }))
await bad(26, post(`${its}/events`, { event: 'user.sneezed' }))
await ok(27, delByName(`${its}/events`, { event: deleted }), '2xx') // UNKNOWN: its address
await ok(27, get(its), 200, webhookWith({ events: lacks(deleted) }))
await ok(26, post(`${its}/events`, { event: deleted }), 201, webhookWith({ events: has(deleted) }))
const stranger = `/webhooks/${(await ok(22, post('/webhooks', other), 201, webhookWith({ url: other.url }))).webhook?.id}`
await no(28, post(`${stranger}/activate`), 400)
await ok(28, get(stranger), 200, webhookWith({ url: other.url }))
await ok(25, del(stranger), '2xx')
await no(25, get(stranger), 404)
await ok(28, post(`${its}/activate`), 200, webhookWith({ active: true }))
const asked = { event: 'activate', verification_token: 'my-secret-token', challenge: /^\d+$/, app_id: appId }
await that(28, 'the challenge', asked, hooks.seen.challenges.at(-1))

// ---- users

const email = (value: string) => ({ type: 'email_address', value })
const phone = (value: string) => ({ type: 'phone_number', value })
const uuid = crypto.randomUUID()
const [address, mobile, password] = ['ana@conformance.example', '+306912345678', 'N3w-S3cure-P@ss!']
const nobody = '/users/usr_01jqebhswje1ka1z7ahr9rfsgt'
const IDENTIFIER = { type: /^(phone_number|email_address)$/, value: text }
const USER = { ...TIMES, status: 'active', identifiers: list(IDENTIFIER), scopes: list(text), profile: object }

const profile = { first_name: 'Ana', locales: ['el-GR'] }
const identifiers = [email(address)]
const ana = (await ok(4, post('/users', { id: uuid, identifiers, profile }), 201, { id: /^usr_/ })).id
const her = `/users/${ana}`
await bad(4, post('/users', { profile }))
await bad(4, post('/users', { id: 'not-a-uuid', identifiers: [email('b@conformance.example')] }))
await no(4, post('/users', { identifiers: [email('not an address')] }), 400)
await no(4, post('/users', { identifiers }), [400, 409]) // taken; UNKNOWN: by which code
await ok(6, get(her), 200, { user: { ...USER, id: ana, identifiers, profile } })
await no(6, get(nobody), 404)
const by = (identifier_type: string, identifier_value: string) =>
  get(`/users?${new URLSearchParams({ identifier_type, identifier_value })}`)
await ok(5, get('/users'), 200, { users: list(USER, 1) })
await ok(5, by('email_address', address), 200, { users: list({ ...USER, id: ana }, 1) })
await ok(5, by('phone_number', mobile), 200, { users: [] })
await bad(5, by('shoe_size', '42'))
await ok(9, patch(`${her}/profile`, { last_name: 'Smith' }), 204)
await ok(9, get(her), 200, { user: { profile: { ...profile, last_name: 'Smith' } } })
await no(9, patch(`${nobody}/profile`, { last_name: 'Smith' }), 404)
for (const status of ['inactive', 'active']) {
  await ok(10, put(`${her}/status`, { status }), 200)
  await ok(10, get(her), 200, { user: { ...USER, status } })
}
await bad(10, put(`${her}/status`, { status: 'tired' }))
await ok(11, put(`${her}/external_id`, { external_id: 'customer-user-42' }), 204)
await bad(11, put(`${her}/external_id`, { external_id: long(129) }))
await bad(11, put(`${her}/external_id`, {}))
const KNOWN = { users: list({ ...USER, id: ana, external_id: 'customer-user-42' }, 1) }
await ok(8, post('/users/batch_lookup', { external_ids: ['customer-user-42', 'nobody'] }), 200, KNOWN)
await ok(8, post('/users/batch_lookup', { external_ids: ['customer-user-42'], emails: [address] }), 200, KNOWN)
await bad(8, post('/users/batch_lookup', {}))
await bad(8, post('/users/batch_lookup', { emails: Array.from({ length: 101 }, (_, i) => `${i}@conformance.example`) }))
await ok(12, put(`${her}/password`, { password }), '2xx')
await no(12, put(`${her}/password`, { password: 'short' }), 400)
const identifier = phone(mobile)
await ok(13, post(`${her}/identifiers`, { identifier }), 201)
await no(13, post(`${her}/identifiers`, { identifier: phone('0691') }), 400)
await bad(13, post(`${her}/identifiers`, { identifier: { type: 'pigeon', value: 'x' } }))
await ok(13, get(her), 200, { user: { identifiers: list(IDENTIFIER, 2) } })
await ok(14, del(`${her}/identifiers`, { identifier }), 200)
await ok(14, get(her), 200, { user: { identifiers } })
for (const scope of ['admin', 'reports:write']) await ok(18, post(`${her}/scopes`, { scope }), 200, { success: true })
await bad(18, post(`${her}/scopes`, { scope: 'two words' }))
await ok(18, get(her), 200, { user: { scopes: list(text, 2) } })
await ok(19, delByName(`${her}/scopes`, { scope: 'reports:write' }), '2xx') // UNKNOWN: its address
await ok(19, get(her), 200, { user: { scopes: ['admin'] } })
for (const _ of 'ab') await ok(20, post(`${her}/groups`, { group: 'staff' }), 200, { success: true })
await no(20, post(`${her}/groups`, { group: 'nobody' }), [400, 404])
await bad(20, post(`${her}/groups`, {}))

// ---- sessions: the user's app logs in, the backend watches and ends it

type Session = { token: string; cookie: string }
async function opened(path: string, body: object, headers = {}): Promise<Session> {
  const answer = await client(path, body, headers)
  return { token: answer.body.access_token, cookie: answer.headers.getSetCookie().join().split(';')[0] ?? '' }
}
async function login(): Promise<Session> {
  const { challenge_token } = (await client('/v1/session/login/email/password', { identifier: address, password })).body
  return opened('/v1/session/login/finalize', { challenge_token })
}
let session = await login()
const { iat, scope, ...token } = claimsOf(session.token)
await that('c', 'issuer and lifetime of an access token', { iss: issuer, nbf: iat, exp: iat + 120 }, token)
await that('c', 'scopes of the user and the groups', list(text, 2), String(scope).split(' '))
// UNKNOWN: what a country is where none is known, and whether addresses are one text.
const from = { ip: text, country: not(undefined) }
const who = { name: 'Ana', size: null }
const claimed = { sub: ana, tenant: 'acme', level: 7, internal_id: uuid, from, mail: holding(address), who }
await that('c', 'mapped claims', claimed, token)

// A group's scopes reach the sessions there are at their next refresh.
const scopes = ['transfer:write']
await ok(41, put('/config/groups/staff', { scopes }), 200, { ...GROUP, scopes })
session = await opened('/v1/session/refresh', {}, { cookie: session.cookie })
await that(41, 'scope after the change', holding('transfer:write'), claimsOf(session.token).scope)
await ok(39, post('/config/groups', { name: 'leavers', scopes: [] }), '2xx')
await ok(41, del('/config/groups/leavers'), '2xx')
await no(41, get('/config/groups/leavers'), 404)
await no(41, put('/config/groups/leavers', { scopes: [] }), 404)
await no(41, put('/config/groups/staff', { scopes: ['never:allowed'] }), [400, 403, 404, 409])
for (const _ of 'ab') await ok(21, del(`${her}/groups/staff`), 204)

// UNKNOWN: what clients are told when a hook fails.
await client('/v1/session/stepup/request', { scope: 'transfer:write' }, { authorization: `Bearer ${session.token}` })
const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
await client('/v1/session/migration', { token: 'legacy', code_challenge })
const STEP = { scope_requested: 'transfer:write', user_id: ana, identifiers, signals: object }
await that('d', 'the step-up hook', STEP, hooks.seen.hooks['/step-up'])
await that('d', 'the migration hook', object, hooks.seen.hooks['/validate'])

await login()
const SESSION = { id: /^ses_/, created_at: time, last_seen_at: time }
const { sessions = [] } = await ok(15, get(`${her}/sessions`), 200, { sessions: list(SESSION, 2) })
await no(15, get(`${nobody}/sessions`), 404)
await ok(16, del(`${her}/sessions/${sessions[0]?.id}`), 204)
await ok(16, get(`${her}/sessions`), 200, { sessions: [{ ...SESSION, id: sessions[1]?.id }] })
await ok(17, post(`${her}/sessions/invalidate`), 200)
await ok(17, get(`${her}/sessions`), 200, { sessions: [] })
const late = await client('/v1/session/refresh', {}, { cookie: session.cookie })
await that(17, 'a refresh afterwards', 401, late.status)
await ok(7, del(her), '2xx')
await no(7, get(her), 404)

// ---- what the webhook was told

const HERS = { user_id: ana }
const SESSION_OF = { ...HERS, session_id: /^ses_/ }
const PAYLOADS: Record<string, Shape> = {
  'user.created': { ...HERS, identifiers, profile, source: text, created_at: time },
  'user.profile.updated': { ...HERS, profile: { last_name: 'Smith' }, updated_at: time },
  'user.identifier.created': { ...HERS, identifier, created_at: time },
  'user.identifier.deleted': { ...HERS, identifier, deleted_at: time },
  'user.session.created': { ...SESSION_OF, identifier: email(address), metadata: object, created_at: time },
  'user.session.revoked': { ...SESSION_OF, revoked_at: time },
  'user.deleted': { ...HERS, deleted_at: time },
  'migration.hook_failed': { reason: 'invalid_status_code', occurred_at: time },
  'step_up.hook_failed': { ...HERS, reason: text },
}
for (const [type, payload] of Object.entries(PAYLOADS)) {
  const EVENT = { id: /^evt_/, type, payload, created_at: time }
  await that('e', type, EVENT, hooks.event(type, EVENT))
}
await that('e', 'every delivery is signed and of its shape', [], hooks.seen.faults)
const ids = hooks.seen.events.map(({ id }) => id)
await that('e', 'events that came twice', 0, ids.length - new Set(ids).size)
await ok(24, get(its), 200, webhookWith({ active: true, last_http_code: 200, last_http_code_date: text }))
await ok(29, post(`${its}/deactivate`), 200, webhookWith({}))
await ok(25, del(its), '2xx')
await no(25, get(its), 404)

// ---- domains

const name = 'session.conformance.example'
const DOMAIN = { id: /^dom_/, domain: name, status: /^(?!active$)\w+$/, cname_record: text, ...TIMES }
const { domain } = await ok(31, post('/domains', { domain: name }), 201, { domain: DOMAIN })
await bad(31, post('/domains', { domain: 'not a domain' }))
await bad(31, post('/domains', { domain: `${'a.'.repeat(150)}example` }))
await bad(31, post('/domains', {}))
await ok(30, get('/domains'), 200, { domains: list(DOMAIN, 1) })
await ok(32, get(`/domains/${domain?.id}`), 200, { domain: DOMAIN })
await no(32, get('/domains/dom_01jqebhswje1ka1z7ahr9rfsgt'), 404)
await ok(34, post(`/domains/${domain?.id}/verify`), 200, { domain: DOMAIN }) // nobody set its CNAME
await ok(33, del(`/domains/${domain?.id}`), '2xx')
await no(33, get(`/domains/${domain?.id}`), 404)

// ---- taken down; UNKNOWN: the statuses of all of these

await ok(52, get('/config/migration'), 200, config(ours))
const configs = { 45: 'claims', 49: 'stepup', 52: 'migration', 64: 'login/password' }
for (const [id, path] of Object.entries(configs)) {
  await ok(Number(id), del(`/config/${path}`), '2xx')
  await no(Number(id), get(`/config/${path}`), 404)
}
await ok(56, del(`/config/login/otp/${otp}`), '2xx')
await ok(56, get('/config/login/otp'), 200, { login_configs: list({ ...OTP, id: not(otp) }, 1) })

hooks.close()
sum(73)
