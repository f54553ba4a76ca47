import { failures } from '../../platform/failure.ts'

export const challengeFailure = failures({
  expired_challenge_token: ['bad_request', 'This challenge has expired. Start again.'],
  invalid_challenge_token: ['bad_request', 'This is no challenge token that can be used here.'],
  token_reused: ['conflict', 'This challenge token has been used already.'],
  token_mismatch: ['bad_request', 'This token belongs to another session or challenge.'],
  step_not_completed: ['bad_request', 'The step, or a step of the challenge, has not been completed.'],
  step_not_found: ['bad_request', 'This challenge has no such step to be done here.'],
  step_bypassed: ['bad_request', 'The steps of a challenge are done in their order: this is another step’s turn.'],
})
