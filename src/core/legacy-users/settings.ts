import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const migrationSettings = settings('migration', 'Migration', {
  failures_per_ip: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(300)
    .describe(
      'Legacy tokens that the hook may refuse for one IP address (IPv6: one /64) in ten minutes; for one IPv6 /48 ten times as many. Beyond that the hook is not asked for it any more, which says nothing of a token: clients are told to try again. Counted by each process.',
    ),
  link: z
    .enum(['never', 'email', 'always'])
    .default('email')
    .describe(
      'By what a legacy record without a known external id is recognised as an account that exists here and has no external id: by nothing, by an e-mail address or an account at an identity provider, or by a phone number too. Numbers are given to other people more often than addresses. Whatever it says, nothing that the account has proven may contradict the record.',
    ),
})
