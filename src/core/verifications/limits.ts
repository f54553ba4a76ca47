import { z } from 'zod'
import type { Limit } from '../../platform/limits/store.ts'
import { settings } from '../../platform/settings.ts'

export const CODE_WINDOW_SECONDS = 600
export const DAY_SECONDS = 86_400
/** Guesses at the two verifications of whoever mistypes a lot and starts over. */
const LEAST_WRONG_CODES = 10

const count = (most: number, text: string) => z.int().min(1).max(1_000_000).default(most).describe(text)

export const otpSettings = settings('otp', 'Login and step-up by code', {
  sign_up: z
    .enum(['open', 'existing_only'])
    .default('open')
    .describe(
      'Whether the right code of an unknown address or number creates a user. With `existing_only` no code leaves for one, and nobody can tell.',
    ),
  reclaim: z
    .enum(['adopt', 'separate'])
    .default('adopt')
    .describe(
      'What the right code of an address means that an account only claims, which has proven nothing at all. `adopt`: whoever proves the address gets that account, without its password and sessions, after the event `user.reclaimed`. `separate`: they get a new user, and the account loses the address.',
    ),
  starts_per_identifier: count(
    10,
    'Codes that may be asked for one address or number in ten minutes, resends included.',
  ),
  starts_per_ip: count(
    100,
    'Codes that may be asked for from one IP address (IPv6: one /64) in ten minutes, resends included.',
  ),
  checks_per_ip: count(
    300,
    'Wrong codes that may be tried from one IP address (IPv6: one /64) in ten minutes. Right ones do not count; tries of verifications that do not exist count apart.',
  ),
  wrong_codes_per_identifier: count(
    100,
    'Wrong codes of six digits or more that may be tried for one address or number in a day, whoever tries them; fewer of smaller codes, at least ten. Beyond it none is sent there until the day (UTC) is over, and beyond twice as many none is judged. Networks where its user has logged in count apart, each for itself.',
  ),
  unentered_codes_per_identifier: count(
    20,
    'Codes to one address or number in a day (UTC) that nobody has entered. Beyond it none leaves, and nobody can tell; an entered code gives its place back. Networks where its user has logged in count apart, each for itself.',
  ),
  unverified_sms_per_country: count(
    1000,
    'Codes by SMS to numbers of one country in an hour that nobody has entered, as far as no user has proven the number. Beyond it none leaves, and nobody can tell; an entered code gives its place back.',
  ),
  unverified_sms_per_ip_range: count(
    100,
    'Codes by SMS asked for from one IP range (IPv4 /24, IPv6 /48) in an hour that nobody has entered. Beyond it none leaves, and nobody can tell. To numbers that users have proven as many again.',
  ),
  unverified_emails_per_ip_range: count(
    1000,
    'Codes by e-mail asked for from one IP range (IPv4 /24, IPv6 /48) in an hour that nobody has entered. Beyond it none leaves, and nobody can tell. To addresses that users have proven as many again.',
  ),
  blocked_countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'is no ISO 3166-1 alpha-2 code'))
    .max(300)
    .default([])
    .describe('Countries, as ISO 3166-1 alpha-2 codes, whose numbers get no code by SMS; nobody can tell.'),
})

export const limitOf = (name: string, max: number, windowSeconds = CODE_WINDOW_SECONDS): Limit => ({
  name: `otp_${name}`,
  max,
  windowSeconds,
})

/** How many wrong codes a day are too many: of smaller codes fewer, for each is likelier to be right. */
export const mostWrongCodes = (ofSixDigits: number, codeSize: number): number =>
  Math.min(ofSixDigits, Math.max(LEAST_WRONG_CODES, Math.floor(ofSixDigits * 10 ** (codeSize - 6))))
