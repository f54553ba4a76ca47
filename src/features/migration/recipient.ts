import type { Claims } from './claims.ts'

/** Whom a customer's tokens are given to. */
export interface Recipient {
  /** The customer's own audiences and client ids. */
  readonly own: readonly string[]
  /** Audiences that the issuer adds to theirs. */
  readonly besides: readonly string[]
  /**
   * Whether tokens without `aud` are sessions of the issuer's own pages, which carry `sid`, and name the page as `azp`. Any page is good as long
   * as the customer names none.
   */
  readonly ofPages: boolean
}

/**
 * Was the token given to the customer? That the right issuer signed it is not enough: every application that people sign in to through this
 * issuer has tokens of theirs. RFC 7519 §4.1.3, RFC 8725 §3.9, OpenID Connect Core §3.1.3.7 (3–5), RFC 9068 §2.2.
 */
export function isGivenToUs(claims: Claims, { own, besides, ofPages }: Recipient): boolean {
  const isOwn = (value: unknown) => own.some((one) => one === value)
  const isOfAnyPage = ofPages && own.length === 0
  const clients = [isOfAnyPage ? undefined : claims.azp, claims.client_id].filter(isPresent)
  if (!clients.every(isOwn)) return false
  if (!isPresent(claims.aud)) return ofPages && isPresent(claims.sid) && (isOfAnyPage || isOwn(claims.azp))
  const audiences = [claims.aud].flat()
  const isForUsAlone = audiences.every((one) => isOwn(one) || besides.some((other) => other === one))
  // A token for several parties says whom of them it was given to.
  return audiences.some(isOwn) && (isForUsAlone || clients.length > 0)
}

const isPresent = (claim: unknown) => claim !== undefined && claim !== null
