import { z } from 'zod'

/** Parts of a user that a later import may bring up to date. */
export const FIELDS = [
  'identifiers',
  'profile',
  'scopes',
  'groups',
  'federated_identities',
  'password_hash',
  'status',
  'leftovers',
] as const

export type Field = (typeof FIELDS)[number]

const time = z.iso.datetime({ offset: true })

export const importOptions = z.object({
  update: z
    .array(z.enum(FIELDS))
    .default([...FIELDS])
    .meta({
      description:
        'Which parts of users who are here already may be brought up to date. What was changed here since stays, whatever this says.',
    }),
  since: time.optional().meta({
    description: 'Lines with an `updated_at` before this time are skipped.',
  }),
  expect: z.int().min(0).optional().meta({
    description: 'How many lines the file has to have. With another number the import ends as `failed`.',
  }),
  dry_run: z.boolean().default(false).meta({
    description: 'Do and report everything, and keep nothing of it.',
  }),
})

export type ImportOptions = z.output<typeof importOptions>

/** Test accounts of the legacy system whose passwords are known: that they can log in shows that hashes came over. */
export const canaries = z
  .array(z.object({ external_id: z.string().min(1).max(128), password: z.string().min(1).max(1024) }))
  .max(20)

export type Canary = z.output<typeof canaries>[number]

/** How one fared: `ok`, or why not. */
export interface CanaryResult {
  readonly outcome: 'ok' | 'unknown_user' | 'no_password' | 'wrong_password' | 'not_checked'
  readonly checked_at: string
}
