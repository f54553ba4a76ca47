import { z } from 'zod'
import type { PasswordHashCost } from '../../crypto/password-hash.ts'

const SECOND_NS = 1_000_000_000
const MAX_WINDOW_NS = 30 * 86_400 * SECOND_NS

/** In UTF-16 code units: no password is longer. */
export const MAX_PASSWORD_LENGTH = 1024

const MIN_MEMORY_KIB = 7_168
/** Memory × passes of the cheapest argon2id that OWASP lists. */
const MIN_WORK_KIB = 35_840
const MAX_MEMORY_KIB = 131_072
const MAX_WORK_KIB = 655_360

const bucket = z.object({
  ttl: z.int().min(SECOND_NS, 'is less than a second: the unit is nanoseconds').max(MAX_WINDOW_NS).meta({
    description: 'Length of the window, in nanoseconds: `600000000000` is ten minutes. Parts of a second are dropped.',
  }),
  limit: z.int().min(1).max(1_000_000).meta({ description: 'How many in one window.' }),
})

const length = z.int().min(0).max(MAX_PASSWORD_LENGTH)
/** Older clients send booleans: at least one, or any number. */
const characters = z
  .union([length, z.boolean()])
  .transform(Number)
  .pipe(length)
  .meta({ description: 'At least so many; `true` is one, `false` none.' })

export const compliancy = z
  .object({
    min_length: length,
    max_length: length.meta({ description: '0 is no bound, but for the 1024 that no password exceeds.' }),
    uppercase: characters,
    lowercase: characters,
    numbers: characters,
    symbols: characters,
  })
  .refine(
    ({ min_length, max_length, uppercase, lowercase, numbers, symbols }) =>
      (max_length || MAX_PASSWORD_LENGTH) >= Math.max(min_length, uppercase + lowercase + numbers + symbols),
    'no password could be as short as max_length',
  )

const argon2 = z
  .object({
    memory_kib: z.int().min(MIN_MEMORY_KIB).max(MAX_MEMORY_KIB).default(19_456),
    iterations: z.int().min(1).max(10).default(2),
  })
  .refine(({ memory_kib, iterations }) => memory_kib * iterations >= MIN_WORK_KIB, 'memory × iterations is too little')
  .refine(({ memory_kib, iterations }) => memory_kib * iterations <= MAX_WORK_KIB, 'memory × iterations is too much')

const httpsUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, 'holds credentials')

const rangeUrl = httpsUrl.refine((url) => !URL.parse(url)?.search && !URL.parse(url)?.hash, 'has a query')

export const passwordConfig = z
  .object({
    hash_method: z.enum(['argon2id', 'bcrypt']).default('argon2id').meta({
      description:
        'Kept as sent, and changes nothing: new hashes are argon2id whatever it says, for bcrypt would drop what follows 72 bytes.',
    }),
    enabled: z.boolean(),
    rate_limit_login_ip: bucket.meta({
      description: 'Failed logins, and apart from them sign-ups, of one IP address (IPv6: one /64).',
    }),
    rate_limit_login_identifier: bucket.meta({ description: 'Failed logins with one identifier, whoever tries.' }),
    password_compliancy: compliancy,
    sign_up_enabled: z.boolean().default(false).meta({ description: 'Whether anybody may sign up by themselves.' }),
    reveal_password_not_set: z.boolean().default(false).meta({
      description: 'Answer `password_not_set` for a user without a password. It tells strangers that the user exists.',
    }),
    refuse_common: z.boolean().default(true).meta({ description: 'Refuse the most common passwords.' }),
    argon2: argon2.prefault({}).meta({ description: 'Cost of one hash. Cheaper ones are renewed at the next login.' }),
    breached_lookup: z
      .object({
        enabled: z.boolean().default(false),
        range_url: rangeUrl.default('https://api.pwnedpasswords.com/range').meta({
          description: 'Asked for `/<first five hex digits of the SHA-1>`; the password itself never leaves.',
        }),
      })
      .prefault({})
      .meta({ description: 'Refuse passwords that are known from breaches. When nobody answers, they are taken.' }),
    password_validation_url: httpsUrl.optional().meta({
      description:
        'Hook of a legacy system that gives no hashes: asked for a password that is nobody’s here, until the user has one here. https, unless the server allows private hooks.',
    }),
  })
  .meta({ id: 'LoginPasswordConfigInput' })

export type PasswordConfig = z.output<typeof passwordConfig>
export type Compliancy = z.output<typeof compliancy>
export type Bucket = z.output<typeof bucket>

/** What holds for an application that has configured nothing; passwords can be given to its users, but log nobody in. */
export const UNCONFIGURED: PasswordConfig = passwordConfig.parse({
  enabled: false,
  rate_limit_login_ip: { ttl: 600 * SECOND_NS, limit: 10 },
  rate_limit_login_identifier: { ttl: 600 * SECOND_NS, limit: 10 },
  password_compliancy: { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
})

export const costOf = ({ argon2: { memory_kib, iterations } }: PasswordConfig): PasswordHashCost => ({
  memoryKib: memory_kib,
  iterations,
})

/** Length of a bucket's window, in seconds. */
export const windowSecondsOf = ({ ttl }: Bucket): number => Math.floor(ttl / SECOND_NS)
