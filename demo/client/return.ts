/** What the browser has come back with, from wherever it was sent. */
export type Return =
  | { kind: 'proven'; challengeToken: string }
  /** Larkspur ID does not vouch for the address: a code has to prove it. */
  | { kind: 'unproven'; challengeToken: string }
  /** Acme has sent the browser of its own accord. `account`: whose login it says that this is. */
  | { kind: 'unasked'; challengeToken: string; account: string }
  | { kind: 'refused'; error: string }

/** Read what stands in the address of this page, and take it out. */
export function takeReturn(): Return | undefined {
  const said = new URLSearchParams(location.search)
  history.replaceState(null, '', location.pathname)
  const error = said.get('error')
  if (error !== null) return { kind: 'refused', error }
  const challengeToken = said.get('challenge_token')
  if (challengeToken === null) return undefined
  if (said.get('status') === 'otp_required') return { kind: 'unproven', challengeToken }
  const { pkce_challenge, identity } = claimsOf(challengeToken)
  if (pkce_challenge !== undefined) return { kind: 'proven', challengeToken }
  return { kind: 'unasked', challengeToken, account: identity?.subject ?? '' }
}

/** What Antiphon has signed in a challenge token, as far as the page reads it. */
interface Claims {
  /** Missing where no browser of ours began. */
  readonly pkce_challenge?: string
  readonly identity?: { readonly provider: string; readonly subject: string }
  readonly metadata?: { readonly oauth_email: string }
}

export function claimsOf(challengeToken: string): Claims {
  const [, payload = ''] = challengeToken.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
}
