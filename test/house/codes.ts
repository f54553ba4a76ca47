import { type Answer, type Call, claimsOf, sentCode, type TestApp } from '../builders.ts'
import type { World } from '../world.ts'

/** Both forms of login by code: by challenge token, and straight to the session. */
export const FAMILIES = [
  { name: '/otp', start: '/v1/session/otp', check: '/v1/session/otp/check', retry: '/v1/session/otp/retry' },
  {
    name: '/login/otp',
    start: '/v1/session/login/otp',
    check: '/v1/session/login/otp/check',
    retry: '/v1/session/login/otp/retry',
  },
] as const

export type Family = (typeof FAMILIES)[number]
export const [NEW, WEB] = FAMILIES

export const EMAIL = 'ada@example.com'
export const PHONE = '+33612345678'

export const identifierOf = (value: string) => ({
  type: value.includes('@') ? 'email_address' : 'phone_number',
  value,
})

type Headers = NonNullable<Call['headers']>

export const startWith = (
  app: TestApp,
  family: Family,
  value: string,
  rest: { body?: object; headers?: Headers } = {},
): Promise<Answer> =>
  app.call(family.start, { body: { identifier: identifierOf(value), ...rest.body }, headers: rest.headers ?? {} })

export const tokenOf = (answer: Answer): string => answer.headers.get('x-verification-token') ?? ''

/** Start a login. Answers the token of its verification. */
export async function started(app: TestApp, family: Family, value: string, headers: Headers = {}): Promise<string> {
  const answer = await startWith(app, family, value, { headers })
  if (answer.status !== 204) throw new Error(`start answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return tokenOf(answer)
}

export const carrying = (token: string): Headers => ({ 'x-verification-token': token })
export const cookieOf = (app: TestApp, token: string): Headers => ({
  cookie: `__Host-verification-login_${app.id}=${token}`,
})

export const checkWith = (
  app: TestApp,
  family: Family,
  token: string,
  code: unknown,
  headers: Headers = {},
): Promise<Answer> => app.call(family.check, { body: { code }, headers: { ...carrying(token), ...headers } })

export const retryWith = (app: TestApp, family: Family, token: string, headers: Headers = {}): Promise<Answer> =>
  app.call(family.retry, { method: 'POST', headers: { ...carrying(token), ...headers } })

/** Log in by code from start to end. */
export async function loginByCode(w: World, app: TestApp, family: Family, value: string): Promise<Answer> {
  const token = await started(app, family, value)
  return await checkWith(app, family, token, await sentCode(w, app, value))
}

/** Claims of the token that a right code answers, of either kind. */
export const claimsIn = ({ body }: Answer) => claimsOf(body.challenge_token ?? body.access_token)

/** A code of the same size that is not this one. */
export const wrongCode = (code: string): string => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`
