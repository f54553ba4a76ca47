import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from './caller.ts'
import { headerOf } from './connection.ts'
import { freshProofs } from './fresh-proofs.ts'
import { codeFor } from './inbox.ts'
import { forwardedFor, get, post, stringMember, unexpected } from './request.ts'
import { FINALIZE_PATH } from './sign-in.ts'

export const OTP_PATH = '/v1/session/otp'
export const OTP_CHECK_PATH = '/v1/session/otp/check'
export const PASSWORD_PATH = '/v1/session/login/email/password'

export const JSON_BODY = 'Content-Type: application/json\r\n'
let people = 0

/** What a person who logs in by password knows. */
export type Credentials = { readonly email: string; readonly password: string }

type Stage =
  | { at: 'start' }
  | { at: 'check'; email: string; verificationToken: string }
  | { at: 'finalize'; challengeToken: string }

const START: Stage = { at: 'start' }

/** Logs in a new person by code with every flow: start, check of the code that arrives, finalize with a key of its own. */
export function otpLogin(host: string): Caller {
  const proofs = freshProofs('POST', `http://${host}${FINALIZE_PATH}`)
  let stage: Stage = START
  let headers = ''
  let email = ''
  return {
    prepare: proofs.prepare,
    late: proofs.late,
    midway: () => stage !== START,
    async request() {
      switch (stage.at) {
        case 'start':
          people += 1
          email = `otp-${process.pid}-${people}@example.org`
          headers = JSON_BODY + forwardedFor(people)
          return post(host, OTP_PATH, headers, startBody(email))
        case 'check': {
          const body = JSON.stringify({ code: await codeFor(stage.email) })
          return post(host, OTP_CHECK_PATH, `${headers}X-Verification-Token: ${stage.verificationToken}\r\n`, body)
        }
        case 'finalize':
          return finalizeRequest(host, headers, proofs.take(), stage.challengeToken)
      }
    },
    settle(answer) {
      const was = stage.at
      stage = START
      if (was === 'start') {
        const verificationToken = headerOf(answer.head, 'x-verification-token')
        if (answer.status !== 204 || !verificationToken) return unexpected(answer)
        stage = { at: 'check', email, verificationToken }
        return undefined
      }
      if (was === 'finalize') return stringMember(answer.body, 'access_token') ? undefined : unexpected(answer)
      const challengeToken = stringMember(answer.body, 'challenge_token')
      if (!challengeToken) return unexpected(answer)
      stage = { at: 'finalize', challengeToken }
      return undefined
    },
  }
}

/** Logs the same person in by password, over and over: password, finalize with a key of its own. */
export function passwordLogin(host: string, { email, password }: Credentials): Caller {
  const proofs = freshProofs('POST', `http://${host}${FINALIZE_PATH}`)
  let challengeToken: string | undefined
  let headers = ''
  return {
    prepare: proofs.prepare,
    late: proofs.late,
    midway: () => challengeToken !== undefined,
    request() {
      if (challengeToken !== undefined) return finalizeRequest(host, headers, proofs.take(), challengeToken)
      people += 1
      headers = JSON_BODY + forwardedFor(people)
      return post(host, PASSWORD_PATH, headers, JSON.stringify({ identifier: email, password }))
    },
    settle(answer) {
      const finalized = challengeToken !== undefined
      challengeToken = finalized ? undefined : stringMember(answer.body, 'challenge_token')
      const arrived = finalized ? stringMember(answer.body, 'access_token') : challengeToken
      return arrived ? undefined : unexpected(answer)
    },
  }
}

const OAUTH_PATH = '/v1/session/login/oauth/bench'

type Trip =
  | { at: 'authorize' }
  | { at: 'callback'; state: string; nonce: string }
  | { at: 'finalize'; challengeToken: string }

const LEAVE: Trip = { at: 'authorize' }

/** Logs the same person in by an OpenID provider, over and over: authorize, callback, finalize with verifier and a key of its own. */
export function providerLogin(host: string, returnTo: string, index: number): Caller {
  const proofs = freshProofs('POST', `http://${host}${FINALIZE_PATH}`)
  const verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  let trip: Trip = LEAVE
  let headers = ''
  return {
    prepare: proofs.prepare,
    late: proofs.late,
    midway: () => trip !== LEAVE,
    request() {
      switch (trip.at) {
        case 'authorize':
          people += 1
          headers = JSON_BODY + forwardedFor(people)
          return post(
            host,
            `${OAUTH_PATH}/authorize`,
            headers,
            JSON.stringify({ redirect_uri: returnTo, code_challenge }),
          )
        case 'callback': {
          const code = Buffer.from(JSON.stringify({ nonce: trip.nonce, sub: `federated-${index}` })).toString(
            'base64url',
          )
          return get(host, `${OAUTH_PATH}/callback?state=${trip.state}&code=${code}`, forwardedFor(people))
        }
        case 'finalize':
          return finalizeRequest(host, headers, proofs.take(), trip.challengeToken, verifier)
      }
    },
    settle(answer) {
      const was = trip.at
      trip = LEAVE
      if (was === 'finalize') return stringMember(answer.body, 'access_token') ? undefined : unexpected(answer)
      const next =
        was === 'authorize' ? stringMember(answer.body, 'authorization_url') : headerOf(answer.head, 'location')
      const told = new URL(next ?? 'about:blank').searchParams
      const [state, nonce, challengeToken] = [told.get('state'), told.get('nonce'), told.get('challenge_token')]
      if (was === 'authorize' && state && nonce) trip = { at: 'callback', state, nonce }
      else if (challengeToken) trip = { at: 'finalize', challengeToken }
      else return unexpected(answer)
      return undefined
    },
  }
}

/** The body that asks for a code by e-mail. */
export function startBody(email: string): string {
  return JSON.stringify({ identifier: { type: 'email_address', value: email } })
}

function finalizeRequest(
  host: string,
  headers: string,
  proof: string,
  challengeToken: string,
  verifier?: string,
): string {
  const body = JSON.stringify({ challenge_token: challengeToken, ...(verifier && { code_verifier: verifier }) })
  return post(host, FINALIZE_PATH, `${headers}DPoP: ${proof}\r\n`, body)
}
