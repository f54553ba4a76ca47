import type { Claims } from './claims.ts'

/** Whom a customer's tokens are given to. */
export interface Recipient {
  /** The customer's own audiences and client ids. */
  readonly own: readonly string[]
  /** Audiences that the issuer adds to theirs. */
  readonly besides: readonly string[]
  /**
   * Whether tokens are sessions of the issuer's own pages, and name the page as `azp`. Any page is good as long as the customer names none.
   */
  readonly ofPages: boolean
  /** A claim that only sessions have: tokens without `aud` are taken for one by it. */
  readonly sessionsCarry?: string
  /** Claims that name the client which was given the token; `azp` and `client_id` unless told otherwise. */
  readonly clientClaims?: readonly string[]
  /** Whether the client alone says whom a token was given to: its audiences are the services that it opens. */
  readonly byClient?: boolean
}

const CLIENT_CLAIMS = ['azp', 'client_id']

/**
 * Was the token given to the customer? That the right issuer signed it is not enough: every application that people sign in to through this
 * issuer has tokens of theirs. RFC 7519 §4.1.3, RFC 8725 §3.9, OpenID Connect Core §3.1.3.7 (3–5), RFC 9068 §2.2.
 */
export function isGivenToUs(claims: Claims, recipient: Recipient): boolean {
  const { own, besides, ofPages, sessionsCarry, clientClaims = CLIENT_CLAIMS, byClient = false } = recipient
  const isOwn = (value: unknown) => own.some((one) => one === value)
  const isOfAnyPage = ofPages && own.length === 0
  const named = clientClaims.filter((claim) => !(isOfAnyPage && claim === 'azp'))
  const clients = named.map((claim) => claims[claim]).filter(isPresent)
  if (!clients.every(isOwn)) return false
  if (byClient && clients.length > 0) return true
  if (!isPresent(claims.aud)) {
    const isSession = sessionsCarry !== undefined && isPresent(claims[sessionsCarry])
    return isSession && (!ofPages || isOfAnyPage || isOwn(claims.azp))
  }
  const audiences = [claims.aud].flat()
  const isForUsAlone = audiences.every((one) => isOwn(one) || besides.some((other) => other === one))
  // A token for several parties says whom of them it was given to.
  return audiences.some(isOwn) && (isForUsAlone || clients.length > 0)
}

const isPresent = (claim: unknown) => claim !== undefined && claim !== null
