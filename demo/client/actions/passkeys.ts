import { sendSignal } from '@simplewebauthn/browser'
import { find } from '../dom.ts'
import * as passkeys from '../passkeys.ts'
import { change, current } from '../state.ts'
import { attempt } from './attempt.ts'
import { finish, SECURITY } from './security.ts'
import { renew } from './session.ts'

/** Whom the authenticator says that a passkey is for. */
const username = () => current().identifiers?.find(({ verified }) => verified)?.value ?? 'Antiphon demo'

/** Give a name to the passkey that is being named, or to one that is made with it. */
export const keep = (nickname: string) =>
  attempt(SECURITY, async () => {
    const { naming } = current()
    await (naming ? passkeys.rename(naming, nickname) : make(nickname))
    await look()
    change({ stepUp: undefined, naming: undefined })
    finish(naming ? `It is called ${nickname || 'nothing'} now.` : MADE)
  })

const MADE = 'The passkey is made. Its public half is here, and the other never leaves your devices.'

async function make(nickname: string) {
  await passkeys.create(username(), nickname)
  await renew()
}

export function startNaming(credentialId: string): void {
  const naming = current().passkeys?.find(({ credential_id }) => credential_id === credentialId)
  change({ naming, stepUp: undefined, problem: undefined })
  const field = find<HTMLInputElement>('passkey-name')
  field.value = naming?.nickname ?? ''
  field.focus()
  field.select()
}

export const remove = (credentialId: string) =>
  attempt(SECURITY, async () => {
    const doomed = current().passkeys?.find(({ credential_id }) => credential_id === credentialId)
    if (!doomed) return
    await passkeys.remove(doomed)
    // Browsers that can have the device forget it, too.
    const signal = { rpID: location.hostname, credentialID: doomed.credential_id }
    await sendSignal({ signalName: 'unknownCredential', ...signal }).catch(() => {})
    await look()
    finish('The passkey opens nothing any more. Your device may still offer it: delete it there, too.')
  })

async function look() {
  change({ passkeys: await passkeys.list() })
}
