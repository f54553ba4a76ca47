import type { Cookie } from '../../platform/cookie.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { settingsOf } from '../../platform/settings.ts'
import { open } from '../access/open.ts'
import { isOwnPage } from '../access/origin.ts'
import { openWithProof } from '../access/proof.ts'
import type { Application } from '../applications/application.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import { sessionSettings } from '../sessions/settings.ts'
import { CODE_LIFETIME_SECONDS } from './verification.ts'

const carriers = [{ verificationToken: [] }, { verificationCookie: [] }] as const

/** The client of a verification, by its token. Whether that is still good is for the endpoint to find out. */
export const verification: typeof open = { ...open, name: 'verification', security: carriers }

/** The same, where a DPoP proof, if sent, names the key to bind to. */
export const verificationWithProof: typeof openWithProof = {
  ...openWithProof,
  name: 'verificationWithProof',
  security: carriers.flatMap((carrier) => [{ ...carrier, dpop: [] }, carrier]),
}

const cookieName = (appId: string) => `__Host-verification-login_${appId}`

/** A cookie names so many verifications: two tabs may each have begun one. */
const MAX_CARRIED = 2
/** Stands in no token. */
const SEPARATOR = '.'

/**
 * The tokens of the verifications that a request may be about, the youngest first: the header wins over the cookie, which counts on our own pages
 * alone.
 */
export function findVerificationTokens(request: HttpRequest, app: Application, deps: Deps): readonly string[] {
  const header = request.headers['x-verification-token']
  if (typeof header === 'string' && header !== '') return [header]
  const cookie = isOwnPage(request, app, deps) ? request.cookies[cookieName(app.id)] : undefined
  return cookie ? [...new Set(cookie.split(SEPARATOR, MAX_CARRIED))] : []
}

/** The part of an answer that hands the token of a verification to the client, both ways. `others`: what else the client holds. */
export const carryVerificationToken = (app: Application, token: string, others: readonly string[] = []) => ({
  headers: { 'X-Verification-Token': token },
  cookies: [verificationCookie(app, [token, ...others].slice(0, MAX_CARRIED).join(SEPARATOR), CODE_LIFETIME_SECONDS)],
})

/** The cookie of a verification; without a token, the one that clears it. */
export function verificationCookie(app: Application, token = '', maxAgeSeconds = 0): Cookie {
  const { cookie_same_site: sameSite } = settingsOf(app, sessionSettings)
  return { name: cookieName(app.id), value: token, maxAgeSeconds, sameSite }
}

/**
 * What is left of the cookie once the right code came: the minute in which the same code, entered again, is answered again. That the
 * verification is spent, the server knows. Another one, of another tab, has its own time.
 */
export const spentVerificationCookie = (app: Application, tokens: readonly string[]): Cookie =>
  verificationCookie(app, tokens.join(SEPARATOR), tokens.length > 1 ? CODE_LIFETIME_SECONDS : REPEAT_MS / 1000)

export const verificationHeaders = {
  'Set-Cookie': {
    description: 'The verification, for browsers',
    example: '__Host-verification-login_{app_id}=vt_abcde12345; Path=/; Max-Age=600; HttpOnly; Secure',
  },
  'X-Verification-Token': { description: 'The verification, to be sent with the code and with a retry' },
} as const
