import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { send, sendOnce } from './send.ts'
import type { Session } from './session.ts'

/** How one may log in. */
export interface Ways {
  readonly company: { readonly name: string } | null
  /** What keeps everybody out, as a sentence. */
  readonly problem: string | null
}

/** Loaded when somebody uses a passkey: most visits need none. */
const ceremonies = () => import('@simplewebauthn/browser')

const post = (url: string, body: object) => sendOnce({ method: 'POST', url, body })

/** The server sees from where the page is whether what is in front of it lets it work. */
export const readWays = async (): Promise<Ways> =>
  (await sendOnce({ method: 'GET', url: `/console/login?at=${encodeURIComponent(location.origin)}` })) as Ways

/** Logs in; of whoever is logged in already, it renews the proof. */
export async function showPasskey(): Promise<Session> {
  const { startAuthentication } = await ceremonies()
  const { publicKey, login_token } = (await post('/console/login/begin', {})) as {
    publicKey: PublicKeyCredentialRequestOptionsJSON
    login_token: string
  }
  const credential = await startAuthentication({ optionsJSON: publicKey })
  return (await post('/console/login/finish', { login_token, credential })) as Session
}

export const openInvitation = async (token: string): Promise<Session> =>
  (await post('/console/invitation', { token })) as Session

export async function addPasskey(nickname: string): Promise<Session> {
  const { startRegistration } = await ceremonies()
  const { publicKey, registration_token } = (await send({
    method: 'POST',
    url: '/console/passkeys/begin',
    body: {},
  })) as { publicKey: PublicKeyCredentialCreationOptionsJSON; registration_token: string }
  const credential = await startRegistration({ optionsJSON: publicKey })
  const body = { registration_token, credential, ...(nickname && { nickname }) }
  return (await send({ method: 'POST', url: '/console/passkeys/finish', body })) as Session
}

export async function removePasskey(credentialId: string): Promise<void> {
  await send({ method: 'DELETE', url: `/console/passkeys/${encodeURIComponent(credentialId)}` })
}

/** Ends this session, or all that the operator has. */
export async function logOut(everywhere: boolean): Promise<void> {
  await sendOnce({ method: 'DELETE', url: everywhere ? '/console/sessions' : '/console/session' })
}
