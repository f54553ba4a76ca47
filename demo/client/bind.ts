import { browserSupportsWebAuthn } from '@simplewebauthn/browser'
import * as bank from './actions/bank.ts'
import * as legacy from './actions/larkspur.ts'
import { logInByPasskey } from './actions/passkey-login.ts'
import * as passkeys from './actions/passkeys.ts'
import { putBack } from './actions/put-back.ts'
import * as security from './actions/security.ts'
import * as session from './actions/session.ts'
import * as ways from './actions/ways-in.ts'
import { announce, find } from './dom.ts'
import { judgePassword } from './login.ts'
import { change, current, type Way } from './state.ts'
import { showRules } from './view/rules.ts'
import { showMore } from './view/wire.ts'

const RULES_PAUSE_MS = 300

const onClick = (id: string, action: () => unknown) => find(id).addEventListener('click', action)

const onSubmit = (id: string, action: () => unknown) =>
  find(id).addEventListener('submit', (event) => {
    event.preventDefault()
    if (!current().busy) action()
  })

const textOf = (id: string) => find<HTMLInputElement | HTMLSelectElement>(id).value.trim()
const secretOf = (id: string) => find<HTMLInputElement>(id).value
const codeOf = (id: string) => textOf(id).replaceAll(' ', '')

/** Let every control of the page do what it says. */
export function bind(): void {
  document.addEventListener('click', beforeClick, true)
  bindLarkspur()
  bindWaysIn()
  bindSession()
  bindSecurity()
  bindPasskeys()
  bindBank()
  onClick('put-back', putBack)
  bindWire()
}

/** A button does nothing while something is under way; else, whatever it does, the message has been read, and what was said before may be true no longer. */
function beforeClick(event: Event) {
  const button = (event.target as HTMLElement).closest('button')
  if (button?.ariaDisabled === 'true') {
    event.preventDefault()
    event.stopPropagation()
  } else if (button) {
    announce('')
    change({ problem: undefined })
  }
}

/** What scrolls can be reached by keyboard, in every browser. */
function bindWire() {
  find('wire').tabIndex = 0
  find('wire').addEventListener('scroll', showMore)
  window.addEventListener('resize', showMore)
}

function bindLarkspur() {
  onSubmit('lark-login', () => legacy.signInToLarkspur(textOf('lark-name')))
  onClick('lark-logout', legacy.signOutOfLarkspur)
  onClick('upgrade', legacy.upgrade)
}

function bindWaysIn() {
  find('ways').addEventListener('change', (event) => ways.chooseWay((event.target as HTMLInputElement).value as Way))
  onSubmit('ways-form', () => {
    const { way } = current()
    const identifier = textOf('ways-identifier')
    if (way === 'code') return ways.sendLoginCode(identifier)
    return way === 'password'
      ? ways.logInWithPassword(identifier, secretOf('ways-password'))
      : ways.signUp(identifier, secretOf('ways-password'))
  })
  bindRules('ways-password', 'ways-rules')
  onSubmit('login-code', () => ways.checkLoginCode(codeOf('login-code-input')))
  onClick('login-code-resend', ways.resendLoginCode)
  onClick('login-code-cancel', ways.startOver)
  onClick('larkspur-id', ways.leaveForLarkspurId)
  onClick('acme-login', ways.leaveForAcme)
  onClick('offer-accept', ways.acceptOffer)
  onClick('offer-decline', ways.declineOffer)
}

/** Judge a new password while it is typed, after a pause; by the rules of the server, which the SDK asks for. */
function bindRules(inputId: string, listId: string) {
  let timer = 0
  let asked = 0
  const judge = async () => {
    const turn = ++asked
    const rules = await judgePassword(secretOf(inputId)).catch(() => [])
    if (turn === asked) showRules(find(listId), rules)
  }
  const soon = () => {
    window.clearTimeout(timer)
    if (!find(listId).hidden) timer = window.setTimeout(judge, RULES_PAUSE_MS)
  }
  for (const event of ['focus', 'input']) find(inputId).addEventListener(event, soon)
}

function bindSession() {
  onClick('refresh', session.refresh)
  onClick('logout', session.logout)
  onClick('ended-start', session.clearAway)
  onClick('sessions-list', session.listSessions)
  onClick('phone', session.addPhone)
  onClick('revoke-others', session.revokeOthers)
  onClick('revoke-all', session.revokeAll)
  find('automatic').addEventListener('change', (event) => {
    change({ automatic: (event.target as HTMLInputElement).checked })
  })
  find('sessions').addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest('button')
    if (button?.dataset.session) session.revokeOne(button.dataset.session)
  })
}

function bindSecurity() {
  onClick('change-password', () => security.begin('password'))
  onClick('add-identifier', security.beginIdentifier)
  find('identifiers').addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest('button')
    if (button?.dataset.identifier) security.sendIdentifierCode(button.dataset.identifier)
  })
  onSubmit('identifier-form', () => security.sendIdentifierCode(textOf('identifier-input')))
  onSubmit('step-up-code', () => security.checkStepUpCode(codeOf('step-up-code-input')))
  onSubmit('password-form', () => security.setPassword(secretOf('new-password')))
  bindRules('new-password', 'new-password-rules')
  onClick('step-up-code-resend', security.resendStepUpCode)
  for (const id of ['step-up-code-cancel', 'identifier-cancel', 'password-cancel', 'passkey-cancel'])
    onClick(id, security.cancelStepUp)
}

function bindPasskeys() {
  for (const id of ['create-passkey', 'passkey-login']) find(id).hidden = !browserSupportsWebAuthn()
  onClick('passkey-login', logInByPasskey)
  onClick('create-passkey', () => security.begin('passkey'))
  onSubmit('passkey-form', () => passkeys.keep(textOf('passkey-name')))
  find('passkeys').addEventListener('click', (event) => {
    const { passkey, action } = (event.target as HTMLElement).closest('button')?.dataset ?? {}
    if (passkey) (action === 'Rename' ? passkeys.startNaming : passkeys.remove)(passkey)
  })
}

function bindBank() {
  onSubmit('bank-form', () => {
    const [to, amount, currency] = ['bank-to', 'bank-amount', 'bank-currency'].map(textOf) as [string, string, string]
    bank.pay({ to, amount, currency })
  })
  onClick('approve', bank.approve)
  onClick('approve-by-passkey', bank.approveByPasskey)
  onClick('decline', bank.startAnew)
  onClick('bank-again', bank.startAnew)
}
