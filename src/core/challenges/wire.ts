import { z } from 'zod'

/** What every way in answers once the user is known; finalize makes a session of it. */
export const loginChallengeResponse = z
  .object({ challenge_token: z.string() })
  .meta({ id: 'LoginChallengeTokenResponse' })
