import { keepVerifier, newProof, send } from './antiphon.ts'

/** Somebody at Acme, whoever: an address names the company. */
export const ANYBODY_AT_ACME = 'anybody@acme.example'

/** Go where the company of an address logs its people in. The browser comes back to this page. The SDK has no method for it. */
export async function leave(email: string): Promise<void> {
  const { verifier, challenge } = await newProof()
  const asked = { email, redirect_uri: location.origin + location.pathname, code_challenge: challenge }
  const answer = await send('GET', `/v1/session/login/saml/initiate?${new URLSearchParams(asked)}`)
  const { redirect_url } = (await answer.json()) as { redirect_url: string }
  keepVerifier(verifier)
  location.assign(redirect_url)
}
