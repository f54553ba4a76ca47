import { profileOf } from '../federation/profile.ts'
import type { FederatedAccount, Json } from './provider.ts'

const MAX_SUBJECT_CHARS = 255
const MAX_EMAIL_CHARS = 320
const MAX_METHODS = 10

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What names the user; undefined when it could name several, or nobody. */
export const subjectOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value) && value.length <= MAX_SUBJECT_CHARS
    ? value
    : undefined

/** Claims of the protocol: they say the same of everybody, or something else each time. */
const NAMES_NOBODY =
  /^(iss|aud|azp|exp|iat|nbf|jti|nonce|acr|amr|auth_time|sid|at_hash|c_hash|s_hash|updated_at|(email|phone_number)_verified)$/

export const mayNameUser = (claim: string): boolean => !NAMES_NOBODY.test(claim)

/**
 * Whose subjects those of an OpenID provider are: of an issuer, and of the claim that names users, if it is not `sub`. What users are called by one
 * claim says nothing of what another calls them.
 */
export const subjectsOf = (issuerUrl: string, claim = 'sub'): string =>
  claim === 'sub' ? issuerUrl : `${issuerUrl}#${claim}`

/** A flag that some providers write as a text. Anything else is as good as absent, and absent is not true. */
export function flagOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

const emailTextOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= MAX_EMAIL_CHARS ? value : undefined

/** Address and verified state, both of one document. OpenID Connect Core 1.0 §5.1. */
export function emailOf(
  { email, email_verified }: Json,
  isVerified = flagOf(email_verified) === true,
): FederatedAccount['email'] {
  const value = emailTextOf(email)
  return value === undefined ? undefined : { value, isVerified }
}

/** How somebody came here: ours to say. */
const OWN_METHODS = ['fed', 'legacy', 'grace']

const isMethod = (one: unknown): one is string =>
  typeof one === 'string' && /^[\w.-]{1,32}$/.test(one) && !OWN_METHODS.includes(one)

/** How the provider knew the user. RFC 8176. */
export const methodsOf = ({ amr }: Json): readonly string[] =>
  Array.isArray(amr) ? amr.filter(isMethod).slice(0, MAX_METHODS) : []

/** The account that an ID token names, of a provider with one issuer. */
export function accountOfClaims(
  claims: Json,
  email: FederatedAccount['email'],
): FederatedAccount | { problem: string } {
  const subject = subjectOf(claims.sub)
  if (subject === undefined) return { problem: 'the ID token has no usable sub' }
  return {
    issuer: '',
    subject,
    email,
    profile: profileOf(claims.given_name, claims.family_name),
    amr: methodsOf(claims),
  }
}
