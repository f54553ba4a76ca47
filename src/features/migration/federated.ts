import { type Claims, findClaim } from './claims.ts'

/** An account at an identity provider, as a record names it. */
export interface FederatedClaim {
  readonly provider: string
  readonly subject: unknown
}

/** What vendors call the providers whose accounts we know by the same subject. */
const AUTH0 = { 'google-oauth2': 'google', apple: 'apple', github: 'github', facebook: 'facebook' }
const FIREBASE = {
  'google.com': 'google',
  'apple.com': 'apple',
  'microsoft.com': 'microsoft',
  'github.com': 'github',
  'facebook.com': 'facebook',
}
const COGNITO = { Google: 'google', SignInWithApple: 'apple', Facebook: 'facebook' }
const OWN = { google: 'google', apple: 'apple', github: 'github', facebook: 'facebook' }

/** Names are the vendor's own, and never a member that every object has. */
function named(names: Readonly<Record<string, string>>, name: unknown, subject: unknown): FederatedClaim[] {
  const provider = typeof name === 'string' && Object.hasOwn(names, name) ? names[name] : undefined
  return provider === undefined ? [] : [{ provider, subject }]
}

/** The strategy stands before the id: `google-oauth2|1093`. */
export function federatedOfAuth0({ sub }: Claims): FederatedClaim[] {
  const [, strategy, subject] = (typeof sub === 'string' && /^([^|]+)\|([^|]+)$/.exec(sub)) || []
  return named(AUTH0, strategy, subject)
}

/** `{"google.com": ["1093"], "email": ["a@example.com"]}` */
export function federatedOfFirebase(claims: Claims): FederatedClaim[] {
  const identities = findClaim(claims, 'firebase.identities')
  if (typeof identities !== 'object' || identities === null) return []
  return Object.entries(identities).flatMap(([name, subjects]) =>
    [subjects].flat().flatMap((subject: unknown) => named(FIREBASE, name, subject)),
  )
}

/** A list, or the same as text. The name of a provider is the pool's to choose, its type is not. */
export function federatedOfCognito({ identities }: Claims): FederatedClaim[] {
  return listOf(identities).flatMap(({ providerType, userId }) => named(COGNITO, providerType, userId))
}

/** What a token hook of the project adds, in the words of the table: the tokens themselves name providers without subjects. */
export function federatedOfSupabase(claims: Claims): FederatedClaim[] {
  return listOf(findClaim(claims, 'app_metadata.identities')).flatMap(({ provider, provider_id }) =>
    named(OWN, provider, provider_id),
  )
}

function listOf(given: unknown): Record<string, unknown>[] {
  const list = typeof given === 'string' ? parsed(given) : given
  return Array.isArray(list) ? list.filter((item) => typeof item === 'object' && item !== null) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
