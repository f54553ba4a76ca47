import * as antiphon from '../antiphon.ts'
import { now } from '../clock.ts'
import { announce, find } from '../dom.ts'
import * as larkspurId from '../larkspur-id.ts'
import * as login from '../login.ts'
import { change, current, type LoginCode, type Way } from '../state.ts'
import { Refusal } from '../words.ts'
import { arrive, attempt } from './attempt.ts'

const LOGIN = 'login'

export const chooseWay = (way: Way): void => change({ way, loginCode: undefined, problem: undefined })

export const sendLoginCode = (identifier: string) =>
  attempt(LOGIN, async () => {
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
  find('ways-identifier').focus()
}

export const logInWithPassword = (email: string, password: string) =>
  attempt(LOGIN, async () => arrive(await login.withPassword(email, password), 'Signed in by password.'))

export const signUp = (email: string, password: string) =>
  attempt(LOGIN, async () => arrive(await login.signUp(email, password), 'The account is made, and signed in.'))

const BY_LARKSPUR_ID = 'Signed in by Larkspur ID.'

export const leaveForLarkspurId = () => attempt(LOGIN, larkspurId.leave)

/** Go on with what the browser has come back with, unless this browser did not ask for it, or has gone on with it before: by reload, or back. */
export const comeBack = (returned: larkspurId.Return) =>
  attempt(LOGIN, async () => {
    if (!antiphon.isLoginPending()) return
    if (returned.kind === 'refused') {
      antiphon.forgetLogin()
      throw new Refusal(returned.error)
    }
    const { challengeToken } = returned
    if (returned.kind === 'proven') return arrive(await larkspurId.finish(challengeToken), BY_LARKSPUR_ID)
    const askedAt = now()
    const verificationToken = await larkspurId.sendCode(challengeToken)
    awaitCode({ sentTo: larkspurId.emailOf(challengeToken), askedAt, verificationToken })
  })
