import type { Credentials } from '../load/ways-in.ts'
import type { Manage } from './management.ts'

const NO_LIMIT = { ttl: 600_000_000_000, limit: 1_000_000 }
const PASSWORD = 'correct horse battery staple'

/** Turns on login by password, at the default cost of a hash, with limits that no benchmark reaches. */
export async function allowPasswords(manage: Manage): Promise<void> {
  await manage('POST', '/config/login/password', {
    enabled: true,
    rate_limit_login_ip: NO_LIMIT,
    rate_limit_login_identifier: NO_LIMIT,
    password_compliancy: { min_length: 8, max_length: 0, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
  })
}

/** Creates `count` users with a password each. */
export async function createPeople(manage: Manage, count: number): Promise<Credentials[]> {
  const people = Array.from({ length: count }, (_, i) => ({ email: `person-${i}@example.org`, password: PASSWORD }))
  for (const { email, password } of people) await createUser(manage, email, password)
  return people
}

/** Creates a user who owns `email`; returns the id. */
export async function createUser(manage: Manage, email: string, password?: string): Promise<string> {
  const identifiers = [{ type: 'email_address', value: email }]
  const { id } = await manage('POST', '/users', { identifiers, ...(password && { password }) })
  return String(id)
}

export const RETURN_TO = 'https://app.example.org/'

/** Turns on login by an OpenID provider at `issuer`, with limits that no benchmark reaches. */
export async function allowProvider(manage: Manage, issuer: string): Promise<void> {
  await manage('PATCH', '', { redirect_uris: [RETURN_TO] })
  await manage('POST', '/config/login/oauth/bench', {
    client_id: 'bench',
    client_secret: 'bench',
    oidc: { issuer_url: issuer },
    options: { use_email_as_identifier: true },
  })
}

/** Turns on login by codes sent by e-mail, handed to `inbox` instead of a mail server, with limits that no benchmark reaches. */
export async function allowCodes(manage: Manage, inbox: string, signUp: 'open' | 'existing_only'): Promise<void> {
  await manage('POST', '/config/messages/providers', { kind: 'webhook', channel: 'email', options: { url: inbox } })
  await manage('POST', '/config/login/otp', { config_type: 'otp', channel_type: 'email', is_default: true })
  const most = NO_LIMIT.limit
  const otp = {
    sign_up: signUp,
    starts_per_identifier: most,
    starts_per_ip: most,
    checks_per_ip: most,
    wrong_codes_per_identifier: most,
    unverified_emails_per_ip_range: most,
  }
  await manage('PATCH', '/settings', { settings: { otp } })
}

/** Turns on login by passkey, with limits that no benchmark reaches, and without notices: the inbox takes codes alone. */
export async function allowPasskeys(manage: Manage): Promise<void> {
  await manage('PUT', '/config/passkey', {
    rp_id: 'app.example.com',
    rp_name: 'Bench',
    allowed_origins: ['https://app.example.com'],
    login_enabled: true,
  })
  const passkeys = { starts_per_ip: 1_000_000, failures_per_ip: 100_000 }
  await manage('PATCH', '/settings', { settings: { passkeys, messages: { security_notices: false } } })
}
