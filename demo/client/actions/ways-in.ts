import { now } from '../clock.ts'
import { announce, find } from '../dom.ts'
import * as login from '../login.ts'
import { change, type Way } from '../state.ts'
import { arrive, attempt } from './attempt.ts'

const LOGIN = 'login'

export const chooseWay = (way: Way): void => change({ way, loginCode: undefined, problem: undefined })

export const sendLoginCode = (identifier: string) =>
  attempt(LOGIN, async () => {
    const askedAt = now()
    await login.startCode(identifier)
    change({ loginCode: { sentTo: identifier, askedAt }, mail: [] })
    announce('A code is on its way.')
    find('login-code-input').focus()
  })

export const resendLoginCode = () =>
  attempt(LOGIN, async () => {
    await login.resendCode()
    announce('A new code is on its way. The old one no longer counts.')
  })

export const checkLoginCode = (code: string) =>
  attempt(LOGIN, async () => arrive(await login.checkCode(code), 'Signed in by code.'))

export const startOver = (): void => {
  change({ loginCode: undefined, problem: undefined })
  find('ways-identifier').focus()
}

export const logInWithPassword = (email: string, password: string) =>
  attempt(LOGIN, async () => arrive(await login.withPassword(email, password), 'Signed in by password.'))

export const signUp = (email: string, password: string) =>
  attempt(LOGIN, async () => arrive(await login.signUp(email, password), 'The account is made, and signed in.'))
