import type { StepUpChallengeInfo } from '@prelude.so/js-sdk/session'
import { client } from './antiphon.ts'

/** Something to prove before a scope is granted. */
export interface Challenge {
  readonly challengeId: string
  /** The first thing to prove. */
  readonly currentStep: string
  /** As Antiphon signed it. */
  readonly token: string
}

/** Ask for a scope. Every scope of the demo is one that has to be earned. */
export async function request(scope: string, metadata?: Record<string, string>): Promise<Challenge> {
  const asked: { info?: StepUpChallengeInfo } = {}
  const { status, challenge_token } = await client.requestStepUp({
    scope,
    ...(metadata && { metadata }),
    onChallenge: (info) => {
      asked.info = info
    },
  })
  if (!asked.info || !challenge_token) throw new Error(`The step-up was answered with “${status}”.`)
  return { challengeId: asked.info.challengeId, currentStep: asked.info.currentStep, token: challenge_token }
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
