import type { StepUpChallengeInfo, StepUpRequestResponse } from '@prelude.so/js-sdk/session'
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser'
import { call, client } from './antiphon.ts'
import { proveHolder } from './proof.ts'

/** The SDK hands on what its types do not list. */
type Answer = StepUpRequestResponse & {
  readonly public_key_credential_request_options?: PublicKeyCredentialRequestOptionsJSON
}

/** Something to prove before a scope is granted. */
export interface Challenge {
  readonly challengeId: string
  /** The first thing to prove. */
  readonly currentStep: string
  /** As Antiphon signed it. */
  readonly token: string
  /** What to ask the authenticator, where the step is one by a passkey. */
  readonly passkey: PublicKeyCredentialRequestOptionsJSON | undefined
}

/** Ask for a scope. Every scope of the demo is one that has to be earned. */
export async function request(scope: string, metadata?: Record<string, string>): Promise<Challenge> {
  const asked: { info?: StepUpChallengeInfo } = {}
  const answer: Answer = await client.requestStepUp({
    scope,
    ...(metadata && { metadata }),
    onChallenge: (info) => {
      asked.info = info
    },
  })
  const { status, challenge_token: token, public_key_credential_request_options: passkey } = answer
  if (!asked.info || !token) throw new Error(`The step-up was answered with “${status}”.`)
  return { challengeId: asked.info.challengeId, currentStep: asked.info.currentStep, token, passkey }
}

export async function sendCode(challengeId: string): Promise<void> {
  await client.otpCreate({ challengeId })
}

export async function resendCode(): Promise<void> {
  await client.otpRetry()
}

/** With the right code the SDK gets an access token that carries the scope. */
export async function checkCode(challengeId: string, code: string): Promise<void> {
  await client.otpCheck(challengeId, code)
}

/** Complete a step of somebody else’s with their signed word for it. Then the SDK does as after a code. */
export async function prove(verificationToken: string): Promise<void> {
  await client.continueStepUp(verificationToken)
}

/** Complete the last step with a passkey. The SDK has no method for this; it does take the token that comes out. Answers that token. */
export async function sign({ challengeId, token, passkey }: Challenge): Promise<string> {
  if (!passkey) throw new Error('The step-up asks for no passkey.')
  const path = '/v1/session/stepup/continue'
  const body = { challenge_token: token, passkey_assertion: await startAuthentication({ optionsJSON: passkey }) }
  const answer = await call('POST', path, body, { dpop: await proveHolder(path, token) })
  const { challenge_token: completed } = (await answer.json()) as { challenge_token: string }
  await client.invalidateCache()
  await client.refresh({ challenge: { token: completed, id: challengeId } })
  return completed
}
