import type { Caller } from './caller.ts'
import { headerOf } from './connection.ts'
import { freshProofs } from './fresh-proofs.ts'
import { codeFor } from './inbox.ts'
import { forwardedFor, post, stringMember, unexpected } from './request.ts'
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

/** The body that asks for a code by e-mail. */
export function startBody(email: string): string {
  return JSON.stringify({ identifier: { type: 'email_address', value: email } })
}

function finalizeRequest(host: string, headers: string, proof: string, challengeToken: string): string {
  const body = JSON.stringify({ challenge_token: challengeToken })
  return post(host, FINALIZE_PATH, `${headers}DPoP: ${proof}\r\n`, body)
}
