import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const migrationSettings = settings('migration', 'Migration', {
  link: z
    .enum(['never', 'email', 'always'])
    .default('email')
    .describe(
      'By what a legacy record without a known external id is recognised as an account that exists here and has no external id: by nothing, by an e-mail address or an account at an identity provider, or by a phone number too. Numbers are given to other people more often than addresses. Whatever it says, nothing that the account has proven may contradict the record.',
    ),
})
