import { z } from 'zod'
import { isDeeper, type LegacyUser, readExternalId, readPerson } from '../legacy-users/legacy-user.ts'
import { isObject, readList, timeShape, whole } from '../legacy-users/record.ts'
import { GROUPS, type Leftover } from './leftovers.ts'
import { FIELDS, type Field } from './options.ts'

/** What can be used of a line of a file. */
export interface ReadLine {
  readonly user: LegacyUser
  readonly isBlocked: boolean
  readonly leftovers: readonly Leftover[]
  /** Unix ms, as the others. */
  readonly createdAt: number | undefined
  readonly updatedAt: number | undefined
  readonly lastSeenAt: number | undefined
  /** What the record says something of: the rest of a user who is here stays as it is. */
  readonly given: ReadonlySet<Field>
  /** Places of what cannot be used. */
  readonly leftOut: readonly string[]
}

export type LineFault =
  | 'invalid_json'
  | 'too_long'
  | 'too_deep'
  | 'missing_external_id'
  | 'invalid_external_id'
  | 'invalid_status'

export type ReadImportRecord =
  | { kind: 'read'; line: ReadLine }
  | { kind: 'refused'; code: LineFault; field?: string; externalId?: string }
  /** A row that whoever read the legacy system's file could not make a record of, or did not. */
  | { kind: 'unread'; outcome: 'refused' | 'skipped'; code: string }

const unreadShape = z.object({
  unread: z.object({ outcome: z.enum(['refused', 'skipped']), code: z.string().regex(/^[a-z0-9_]{1,64}$/) }),
})

const MAX_LEVELS = 40
/** Of all leftovers of a record together, as JSON. */
export const MAX_LEFTOVERS_CHARS = 16_384

const leftoverShape = z.object({
  kind: z.string().regex(/^[a-z0-9_.-]{1,64}$/),
  value: z.unknown(),
})

/**
 * Read one line of a file, an `ImportRecord`. Nobody can do without an external id, and whether somebody is blocked must be clear; any other member
 * that cannot be used is left out.
 */
export async function readImportRecord(json: unknown): Promise<ReadImportRecord> {
  if (!isObject(json)) return { kind: 'refused', code: 'invalid_json' }
  if (isDeeper(json, MAX_LEVELS)) return { kind: 'refused', code: 'too_deep' }
  const unread = unreadShape.safeParse(json).data?.unread
  if (unread) return { kind: 'unread', ...unread }
  const id = readExternalId(json.external_id)
  if (id.kind !== 'read') return { kind: 'refused', code: `${id.kind}_external_id`, field: 'external_id' }
  const { externalId } = id
  const { status = 'active' } = json
  if (status !== 'active' && status !== 'blocked')
    return { kind: 'refused', code: 'invalid_status', field: 'status', externalId }
  const person = await readPerson(json, { identities: 'federated_identities', unsaidIsProven: false })
  return { kind: 'read', line: await readRest(json, { externalId, ...person }, status === 'blocked') }
}

async function readRest(json: Record<string, unknown>, user: LegacyUser, isBlocked: boolean): Promise<ReadLine> {
  const kept = await readList('leftovers', json.leftovers, 100, (item) => whole(leftoverShape.safeParse(item).data))
  const leftovers = kept.items.map(({ value }): Leftover => ({ kind: value.kind, value: value.value }))
  const isTooMuch = JSON.stringify(leftovers).length > MAX_LEFTOVERS_CHARS
  const leftOut = [...user.leftOut, ...kept.leftOut]
  if (isTooMuch) leftOut.push('leftovers')
  if (user.password?.kind === 'unreadable') leftOut.push('password_hash')
  const time = (member: 'created_at' | 'updated_at' | 'last_seen_at') => {
    const given = json[member] ?? undefined
    const at = timeShape.safeParse(given).data
    if (given !== undefined && at === undefined) leftOut.push(member)
    return at
  }
  const times = { createdAt: time('created_at'), updatedAt: time('updated_at'), lastSeenAt: time('last_seen_at') }
  return {
    user,
    isBlocked,
    // Groups have a member of their own.
    leftovers: isTooMuch ? [] : leftovers.filter(({ kind }) => kind !== GROUPS),
    ...times,
    given: new Set(
      FIELDS.filter((field) => json[field] !== undefined && json[field] !== null && !leftOut.includes(field)),
    ),
    leftOut,
  }
}
