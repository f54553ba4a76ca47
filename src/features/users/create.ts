import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { putPassword } from '../../core/passwords/store.ts'
import { createUser } from '../../core/users/create.ts'
import { isTooLarge, mergeProfile, PROFILE_TOO_LARGE } from '../../core/users/profile.ts'
import { findUserIdByInternalId, isUuidOfUser } from '../../core/users/store/ids.ts'
import { undo } from '../../platform/db.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { ONE_OF_BOTH, passwordFailures, passwordMembers, readPassword } from './password.ts'
import {
  externalId,
  identifierInput,
  internalId,
  profileObject,
  TAG,
  USERS_PATH,
  userFailure,
  usersParams,
} from './view.ts'

type Outcome = Awaited<ReturnType<typeof createUser>> | 'internal_id_taken'

export const create = endpoint({
  method: 'POST',
  path: USERS_PATH,
  audience: 'management',
  operationId: 'createUser',
  permission: 'users:write',
  tag: TAG,
  summary: 'Create a user. The identifiers count as proven',
  access: managementKey,
  params: usersParams,
  body: z
    .object({
      id: internalId.optional().meta({
        description: 'A UUID of your own, kept as `internal_id`: it may stand in the place of the id in every path.',
      }),
      identifiers: z.array(identifierInput).min(1).max(50),
      profile: profileObject.optional(),
      external_id: externalId.optional(),
      ...passwordMembers,
    })
    .refine((body) => body.password === undefined || body.password_hash === undefined, ONE_OF_BOTH)
    .meta({ id: 'CreateUserRequest' }),
  response: z.object({ id: z.string() }).meta({ id: 'CreateUserResponse' }),
  status: 201,
  failures: [
    universal.invalid_request,
    userFailure.invalid_identifier,
    userFailure.identifier_already_exists,
    userFailure.external_id_already_exists,
    userFailure.internal_id_already_exists,
    ...passwordFailures,
  ],

  async handle({ app, body, fail, request }, deps) {
    const identifiers = (await normaliseAll(body.identifiers)) ?? fail(userFailure.invalid_identifier)
    const profile = mergeProfile({}, body.profile ?? {})
    if (isTooLarge(profile)) fail(universal.invalid_request, { message: `body.profile: ${PROFILE_TOO_LARGE}` })
    const given = await readPassword(deps, app.id, body, request.ip)
    if (given.kind === 'refused') return fail(given.failure, given.extra)
    const person = {
      id: newId('usr', deps),
      externalId: body.external_id,
      internalId: body.id,
      profile,
      identifiers: identifiers.map((identifier) => ({ ...identifier, verified: true })),
      migrated: false,
      source: 'api',
    }

    tellChange(deps, { target: { userID: person.id } })
    const outcome = await deps.transact<Outcome>(async (tx) => {
      if (body.id && (await isUuidOfUser(tx, app.id, body.id))) return 'internal_id_taken'
      // Two calls with one id meet at its index: the second sees it taken once the first is through.
      const created = await createUser(tx, deps, app.id, person)
      if (created === 'id_taken' && body.id && (await findUserIdByInternalId(tx, app.id, body.id))) {
        return undo<Outcome>('internal_id_taken')
      }
      if (created !== 'created') return undo<Outcome>(created)
      if (given.hash) await putPassword(tx, passwordRow(deps, app.id, { userId: person.id, hash: given.hash }))
      return created
    })

    if (outcome === 'identifier_taken') fail(userFailure.identifier_already_exists)
    if (outcome === 'id_taken') fail(userFailure.external_id_already_exists)
    if (outcome === 'internal_id_taken') fail(userFailure.internal_id_already_exists)
    return { body: { id: person.id } }
  },
})

/** Each once, in the form in which they are stored; undefined when one is none. */
async function normaliseAll(identifiers: readonly Identifier[]): Promise<Identifier[] | undefined> {
  const known = new Map<string, Identifier>()
  for (const identifier of identifiers) {
    const normalised = await normaliseIdentifier(identifier)
    if (!normalised) return undefined
    known.set(`${normalised.type} ${normalised.value}`, normalised)
  }
  return [...known.values()]
}
