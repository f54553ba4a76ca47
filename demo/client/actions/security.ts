import * as antiphon from '../antiphon.ts'
import { now } from '../clock.ts'
import { announce, find } from '../dom.ts'
import { identifierTypeOf } from '../login.ts'
import { change, current, type Granted, holdsScope } from '../state.ts'
import * as stepUp from '../step-up.ts'
import { tell } from '../tabs.ts'
import { attempt } from './attempt.ts'
import { renew } from './session.ts'

export const SECURITY = 'security'

const scopes: Readonly<Record<Granted, string>> = { password: 'prld:pwd:write', passkey: 'prld:passkey:write' }

/** A scope that lives for minutes may still be there from the last time: then no new proof is needed. */
export const begin = (purpose: Granted) =>
  attempt(SECURITY, async () => {
    change({ naming: undefined })
    if (holdsScope(scopes[purpose])) return showGranted(purpose)
    const challenge = await stepUp.request(scopes[purpose])
    const type = challenge.currentStep === 'verify_sms' ? 'phone_number' : 'email_address'
    const held = current().identifiers?.find((one) => one.type === type && one.verified)
    await sendCode(purpose, challenge.challengeId, held?.value ?? 'you')
  })

export const setPassword = (password: string) =>
  attempt(SECURITY, async () => {
    await antiphon.resetPassword(password)
    await renew()
    change({ stepUp: undefined, sessions: await antiphon.listSessions() })
    offerPassword()
    finish(PASSWORD_SET)
  })

const PASSWORD_SET =
  'The password is set. The scope is used up, and every other session has ended. To try it, log out: “By password” is ready.'

/** What comes naturally next, once logged out. Passwords go with an e-mail address. */
function offerPassword() {
  const held = current().identifiers?.find(({ type, verified }) => type === 'email_address' && verified)
  if (!held) return
  change({ way: 'password' })
  find<HTMLInputElement>('ways-identifier').value = held.value
}

export function beginIdentifier(): void {
  change({ stepUp: { purpose: 'identifier', stage: 'start' }, naming: undefined, problem: undefined })
  find('identifier-input').focus()
}

export const sendIdentifierCode = (value: string) =>
  attempt(SECURITY, async () => {
    const scope = identifierTypeOf(value) === 'phone_number' ? 'prld:phone:register' : 'prld:email:register'
    const { challengeId } = await stepUp.request(scope, { identifier: value })
    await sendCode('identifier', challengeId, value)
  })

async function sendCode(purpose: Granted | 'identifier', challengeId: string, sentTo: string) {
  const askedAt = now()
  await stepUp.sendCode(challengeId)
  change({ stepUp: { stage: 'code', purpose, challengeId, code: { sentTo, askedAt } }, mail: [] })
  announce('A code is on its way.')
  find('step-up-code-input').focus()
}

export const resendStepUpCode = () =>
  attempt(SECURITY, async () => {
    await stepUp.resendCode()
    announce('A new code is on its way. The old one no longer counts.')
  })

export const checkStepUpCode = (code: string) =>
  attempt(SECURITY, async () => {
    const { stepUp: asked } = current()
    if (asked?.stage !== 'code') return
    await stepUp.checkCode(asked.challengeId, code)
    change({ antiphon: await antiphon.currentSession() })
    tell({ kind: 'refreshed' })
    if (asked.purpose !== 'identifier') return showGranted(asked.purpose)
    change({ stepUp: undefined, identifiers: await antiphon.listIdentifiers() })
    finish(`${asked.code.sentTo} is yours now.`)
  })

function showGranted(purpose: Granted) {
  change({ stepUp: { purpose, stage: 'granted' } })
  announce(`The access token carries ${scopes[purpose]}.`)
  find(purpose === 'password' ? 'new-password' : 'passkey-name').focus()
}

export function cancelStepUp(): void {
  change({ stepUp: undefined, naming: undefined, problem: undefined })
  announce('Nothing was changed.')
  find('security-title').focus()
}

export function finish(words: string) {
  change({ securityNews: words })
  announce(words)
  find('security-title').focus({ preventScroll: true })
}
