import { z } from 'zod'
import type { BulkRow, RowRefusal } from '../../core/bulk/row.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { judgeHash } from '../../core/passwords/secrets.ts'
import type { Deps } from '../../platform/deps.ts'
import { judgeInput } from '../../platform/judge-input.ts'
import { externalId, identifierInput, internalId, profileObject, userFailure } from './view.ts'

const rowShape = z.object({
  id: internalId.optional().meta({ description: 'A UUID of your own, kept as `internal_id`.' }),
  external_id: externalId.optional(),
  identifiers: z.array(identifierInput).max(50).default([]).meta({ description: 'They count as proven.' }),
  profile: profileObject.default({}).meta({ description: 'Members to change; null takes one out.' }),
  status: z.enum(['active', 'inactive']).optional(),
  password_hash: z.string().max(2_048).optional().meta({
    description: 'Taken by whoever has no password here. Which ones: `docs/guide/password-hash-forms.md`.',
  }),
})

/** What a row is, for those who read the documents: it is judged apart from the others, not by them. */
export const bulkUser = documented()

function documented(): Record<string, unknown> {
  // What it refers to has a name in the whole document.
  const { $schema: _, $defs: __, ...schema } = z.toJSONSchema(rowShape, { io: 'input' })
  return schema
}

export interface RowFault {
  readonly code: string
  readonly message: string
}

export type ReadRow = { readonly kind: 'read'; readonly row: BulkRow } | ({ readonly kind: 'fault' } & RowFault)

/** As much as a request to create one user may have. */
const MAX_ROW_BYTES = 64 * 1024

/** Read one row; `place` is what it is called where its faults are told. */
export async function readRow(deps: Deps, appId: string, given: unknown, place: string): Promise<ReadRow> {
  if (Buffer.byteLength(JSON.stringify(given)) > MAX_ROW_BYTES)
    return { kind: 'fault', code: 'invalid_request', message: `${place}: is larger than 64 KiB` }
  const judged = judgeInput(rowShape, given, place)
  if ('problem' in judged) return { kind: 'fault', code: 'invalid_request', message: judged.problem }
  const { id, external_id, identifiers, profile, status, password_hash } = judged.data
  const known = new Map<string, Identifier>()
  for (const [i, identifier] of identifiers.entries()) {
    const normalised = await normaliseIdentifier(identifier)
    if (!normalised)
      return { kind: 'fault', code: 'invalid_identifier', message: `${place}.identifiers[${i}]: ${NONE}` }
    known.set(`${normalised.type} ${normalised.value}`, normalised)
  }
  const hash = password_hash === undefined ? undefined : await judgeHash(deps.db, appId, password_hash)
  if (hash?.kind === 'refused')
    return { kind: 'fault', code: hash.code, message: `${place}.password_hash: ${hash.problem}` }
  if (id === undefined && external_id === undefined && known.size === 0)
    return {
      kind: 'fault',
      code: 'invalid_request',
      message: `${place}: must have an id, an external_id or identifiers`,
    }
  const names = { internalId: id, externalId: external_id, identifiers: [...known.values()] }
  return { kind: 'read', row: { ...names, profile, status, passwordHash: hash?.hash } }
}

const NONE = userFailure.invalid_identifier.message

/** Why a row was refused that can be read. */
export const BULK_REFUSALS: Readonly<Record<RowRefusal, string>> = {
  identifier_already_exists: userFailure.identifier_already_exists.message,
  external_id_already_exists: userFailure.external_id_already_exists.message,
  internal_id_already_exists: userFailure.internal_id_already_exists.message,
  too_many_identifiers: userFailure.too_many_identifiers.message,
  row_names_two_users: 'What the row names belongs to different users.',
  external_id_differs: 'The user with this id has another external id.',
  internal_id_differs: 'The user with this external id was not created with this id.',
  inactive_user: 'An inactive user has these identifiers.',
  no_identifier: 'Nobody is known by this id, and a new user needs an identifier.',
  profile_too_large: 'The profile would be larger than 16 KiB.',
  unexpected: 'The row could not be written, and nothing of it was. The log says why.',
}
