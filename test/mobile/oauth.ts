import { pkce } from '../builders.ts'
import { SdkError } from './cases.ts'
import { authorizationUrlOf, challengeTokenOf, linkedAddressOf } from './decode.ts'
import type { Platform } from './platform.ts'
import { type Session, succeeded } from './session.ts'
import type { Wire } from './wire.ts'

/** The scheme that the app has registered with its system. */
export const RETURN_URI = 'myapp://oauth-callback'

/** A login that is in the browser. The verifier stays with the app. */
export interface OAuthAttempt {
  readonly authorizationUrl: string
  readonly verifier: string
}

/** A login that waits for the code in a mail. */
export interface EmailLink {
  readonly token: string
  /** Where the code goes. */
  readonly address: string
  readonly verificationToken: string
}

/** Errors of a return URL whose case is not that of the same code in an answer. */
const RETURNED: Readonly<Record<string, string>> = {
  missing_challenge_token: 'MissingChallengeToken',
  email_already_in_use: 'Conflict',
  server_error: 'InternalServerError',
}

/** Login by an identity provider, as the SDKs do it from 0.6 on. `dispatch`: what a signals dispatcher adds to a body. */
export function oauth(wire: Wire, session: Session, platform: Platform, dispatch: () => object) {
  /** What the browser brought back. The `status` beside the token is not looked at: the token says itself what it is. */
  function readReturn(url: string): string {
    const { searchParams } = new URL(url)
    const error = searchParams.get('error')
    if (error) {
      const message = searchParams.get('error_description') ?? undefined
      throw new SdkError(error, { case: RETURNED[error] ?? platform.unknownReturnCase, message })
    }
    const token = searchParams.get('challenge_token')
    if (!token) throw new SdkError('missing_challenge_token')
    return token
  }

  return {
    async initiateOAuthLogin(provider: string, redirectUri = RETURN_URI): Promise<OAuthAttempt> {
      const { verifier, challenge } = pkce()
      const body = {
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...dispatch(),
      }
      const answer = succeeded(await wire.exchange({ path: `/login/oauth/${provider}/authorize`, body }))
      return { authorizationUrl: authorizationUrlOf(answer), verifier }
    },
    /** With the URL that the browser came back by. Undefined when that logs in; else a code is on its way. */
    async finalizeOAuthLogin(url: string, { verifier }: OAuthAttempt): Promise<EmailLink | undefined> {
      const token = readReturn(url)
      const address = linkedAddressOf(token)
      if (address === undefined) {
        await session.finalize(token, verifier)
        return undefined
      }
      const sent = succeeded(await wire.exchange({ path: '/otp', body: { challenge_token: token, ...dispatch() } }))
      const verificationToken = sent.headers.get('x-verification-token')
      if (!verificationToken) throw new SdkError('missing_verification_token')
      return { token, address, verificationToken }
    },
    /** The verifier of the attempt is not sent any more. */
    async checkOAuthEmailOTP({ verificationToken }: EmailLink, code: string): Promise<void> {
      const headers = { 'x-verification-token': verificationToken }
      const answer = succeeded(await wire.exchange({ path: '/otp/check', body: { code }, headers }))
      await session.finalize(challengeTokenOf(answer))
    },
  }
}
