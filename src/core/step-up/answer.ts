import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { issueStepUpChallenge, type StepUp } from '../challenges/challenge-token.ts'
import { requestOptionsObject } from '../passkeys/wire.ts'
import { findStepOptions } from './passkey-step.ts'
import { PASSKEY_STEP } from './terms.ts'

/** What a client needs for the step whose turn it is. */
export const stepMembers = {
  challenge_token: z.string(),
  public_key_credential_request_options: requestOptionsObject
    .optional()
    .meta({ description: 'Where a passkey’s turn has come: what to ask the authenticator.' }),
}

export type StepAnswer = z.output<z.ZodObject<typeof stepMembers>>

/** Answer a step-up as it stands at `issuedAt`, Unix ms: the same for the same, as long as the user has the same passkeys. */
export async function answerStep(deps: Deps, app: Application, stepUp: StepUp, issuedAt: number): Promise<StepAnswer> {
  const challenge_token = await issueStepUpChallenge(deps, app, stepUp, issuedAt)
  const turn = stepUp.steps.find(({ done }) => !done)
  const options = turn?.key === PASSKEY_STEP ? await findStepOptions(deps, app, stepUp) : undefined
  return {
    challenge_token,
    ...(options && { public_key_credential_request_options: requestOptionsObject.parse(options) }),
  }
}
