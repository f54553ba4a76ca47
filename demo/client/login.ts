import { client, openedSession } from './antiphon.ts'
import type { AntiphonSession } from './state.ts'

/** What somebody typed: an address has an @, all else is taken for a number. */
export const identifierTypeOf = (text: string): 'email_address' | 'phone_number' =>
  text.includes('@') ? 'email_address' : 'phone_number'

export async function startCode(identifier: string): Promise<void> {
  await client.startOTPLogin({ identifier: { type: identifierTypeOf(identifier), value: identifier } })
}

export async function resendCode(): Promise<void> {
  await client.retryOTP()
}

export async function checkCode(code: string): Promise<AntiphonSession> {
  await client.checkOTP(code)
  return await openedSession()
}

export async function withPassword(email: string, password: string): Promise<AntiphonSession> {
  await client.loginWithPassword({ identifier: email, password })
  return await openedSession()
}

export async function signUp(email: string, password: string): Promise<AntiphonSession> {
  await client.signUpWithEmail({ identifier: email, password })
  return await openedSession()
}

/** A rule for passwords, and whether one keeps it. */
export interface Rule {
  readonly criteria: string
  readonly expected: number
  readonly valid: boolean
}

/** The rules that this server has, each judged. */
export async function judgePassword(password: string): Promise<readonly Rule[]> {
  const { results } = await client.validatePassword(password)
  return results.filter(({ expected }) => expected > 0)
}
