import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { call, finalize, send } from './antiphon.ts'
import type { AntiphonSession, Passkey } from './state.ts'

/** What somebody showed to log in with. */
export interface Shown {
  readonly login_token: string
  readonly assertion: AuthenticationResponseJSON
}

const LOGIN = '/v1/session/login/passkey'
const OWN = '/v1/session/me/passkeys'

const own = ({ credential_id }: Passkey) => `${OWN}/${credential_id}`

/** Ask for a passkey of whoever has one: at once, or in the autofill of a field, where it may take as long as the login token lives. */
export async function ask(useBrowserAutofill: boolean): Promise<Shown> {
  const answer = await send('POST', `${LOGIN}/begin`, {})
  const { public_key: optionsJSON, login_token } = (await answer.json()) as {
    public_key: PublicKeyCredentialRequestOptionsJSON
    login_token: string
  }
  return { login_token, assertion: await startAuthentication({ optionsJSON, useBrowserAutofill }) }
}

export async function logIn(shown: Shown): Promise<AntiphonSession> {
  const answer = await send('POST', `${LOGIN}/finish`, shown)
  return await finalize(((await answer.json()) as { challenge_token: string }).challenge_token)
}

export async function list(): Promise<readonly Passkey[]> {
  const answer = await call('GET', OWN)
  return ((await answer.json()) as { credentials: readonly Passkey[] }).credentials
}

/** Make one, by the scope that the access token carries for it; that is used up. `username`: what the authenticator shows beside it. */
export async function create(username: string, nickname: string): Promise<void> {
  const answer = await call('POST', `${OWN}/register/begin`, { username, nickname })
  const { public_key: optionsJSON, registration_token } = (await answer.json()) as {
    public_key: PublicKeyCredentialCreationOptionsJSON
    registration_token: string
  }
  const attestation = await startRegistration({ optionsJSON })
  await call('POST', `${OWN}/register/finish`, { registration_token, attestation })
}

export async function rename(passkey: Passkey, nickname: string): Promise<void> {
  await call('PATCH', own(passkey), { nickname })
}

export async function remove(passkey: Passkey): Promise<void> {
  await call('DELETE', own(passkey))
}
