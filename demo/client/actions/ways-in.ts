import * as antiphon from '../antiphon.ts'
import { now } from '../clock.ts'
import * as company from '../company.ts'
import { announce, find } from '../dom.ts'
import * as larkspurId from '../larkspur-id.ts'
import * as login from '../login.ts'
import { claimsOf, type Return } from '../return.ts'
import { change, current, type LoginCode, type Way } from '../state.ts'
import { Refusal } from '../words.ts'
import { arrive, attempt } from './attempt.ts'

const LOGIN = 'login'

export const chooseWay = (way: Way): void => change({ way, loginCode: undefined, offer: undefined, problem: undefined })

/** Try to log in with an address. Where its company insists on a login of its own, go there. */
const attemptAs = (identifier: string, work: () => Promise<void>) =>
  attempt(LOGIN, async () => {
    try {
      await work()
    } catch (error) {
      if (lastRefusal() !== 'saml_login_required') throw error
      await company.leave(identifier)
    }
  })

const lastRefusal = () => current().exchanges.find(({ from }) => from === 'this tab')?.code

export const sendLoginCode = (identifier: string) =>
  attemptAs(identifier, async () => {
    const askedAt = now()
    await login.startCode(identifier)
    awaitCode({ sentTo: identifier, askedAt })
  })

function awaitCode(loginCode: LoginCode) {
  change({ loginCode, mail: [] })
  announce('A code is on its way.')
  find('login-code-input').focus()
}

export const resendLoginCode = () =>
  attempt(LOGIN, async () => {
    await (current().loginCode?.verificationToken ? larkspurId : login).resendCode()
    announce('A new code is on its way. The old one no longer counts.')
  })

export const checkLoginCode = (code: string) =>
  attempt(LOGIN, async () => {
    const { verificationToken } = current().loginCode ?? {}
    if (verificationToken === undefined) return arrive(await login.checkCode(code), 'Signed in by code.')
    await arrive(await larkspurId.checkCode(verificationToken, code), BY_LARKSPUR_ID)
  })

export const startOver = (): void => {
  change({ loginCode: undefined, problem: undefined })
  announce('Nobody is signed in.')
  find('ways-identifier').focus()
}

export const logInWithPassword = (email: string, password: string) =>
  attemptAs(email, async () => arrive(await login.withPassword(email, password), 'Signed in by password.'))

export const signUp = (email: string, password: string) =>
  attemptAs(email, async () => arrive(await login.signUp(email, password), 'The account is made, and signed in.'))

const BY_LARKSPUR_ID = 'Signed in by Larkspur ID.'

const BY_ACME = 'Signed in by Acme.'

export const leaveForLarkspurId = () => attempt(LOGIN, larkspurId.leave)

export const leaveForAcme = () => attempt(LOGIN, () => company.leave(company.ANYBODY_AT_ACME))

/** Go on with what the browser has come back with, unless this browser did not ask for it, or has gone on with it before: by reload, or back. */
export const comeBack = (returned: Return) =>
  attempt(LOGIN, async () => {
    if (returned.kind === 'unasked') return offer(returned)
    if (returned.kind === 'refused') return refuse(returned.error)
    if (!antiphon.isLoginPending()) return
    const { challengeToken } = returned
    if (returned.kind === 'proven') {
      const isByAcme = claimsOf(challengeToken).identity?.provider.startsWith('samlc_')
      return arrive(await antiphon.finishLogin(challengeToken), isByAcme ? BY_ACME : BY_LARKSPUR_ID)
    }
    const askedAt = now()
    const verificationToken = await larkspurId.sendCode(challengeToken)
    awaitCode({ sentTo: claimsOf(challengeToken).metadata?.oauth_email ?? '', askedAt, verificationToken })
  })

/** Acme sends browsers here of its own accord, too. */
function refuse(error: string) {
  if (!antiphon.isLoginPending() && !error.startsWith('saml_')) return
  antiphon.forgetLogin()
  throw new Refusal(error)
}

/** Anybody can send a browser here signed in as themselves: so the user is asked, unless somebody is signed in already. */
function offer({ account, challengeToken }: Extract<Return, { kind: 'unasked' }>) {
  if (current().antiphon) return
  change({ offer: { account, challengeToken } })
  announce('')
  find('offer-title').focus()
}

export const acceptOffer = () =>
  attempt(LOGIN, async () => {
    const { offer } = current()
    change({ offer: undefined })
    if (offer) await arrive(await antiphon.finalize(offer.challengeToken), BY_ACME)
  })

export const declineOffer = (): void => {
  change({ offer: undefined })
  announce('Nobody is signed in.')
  find('ways-identifier').focus()
}
