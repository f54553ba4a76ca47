import { z } from 'zod'
import { MAX_PASSWORD_LENGTH } from '../../core/passwords/config.ts'

/** What both ways in take. */
export const credentials = z.object({
  identifier: z.string().max(320).meta({ description: 'The e-mail address.' }),
  password: z.string().min(1).max(MAX_PASSWORD_LENGTH),
  dispatch_id: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The identifier of the dispatch from the front-end SDK.' }),
})

/** How the user proved who they are. RFC 8176. */
export const AMR = ['pwd']

export const NOT_CONFIGURED = 'Login by password is not configured.'
