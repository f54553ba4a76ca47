import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { deleteIdentifier, listIdentifiers } from '../../core/identifiers/store.ts'
import { findOlderAddresses, tellOlderAddresses } from '../../core/messages/notice.ts'
import { insertBelongings } from '../../core/users/create.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import { undo } from '../../platform/db.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { identifierInput, identifierObject, TAG, USER_PATH, userFailure, userParams } from './view.ts'

const PATH = `${USER_PATH}/identifiers`

const identifierEnvelope = z.object({ identifier: identifierObject }).meta({ id: 'IdentifierEnvelope' })

type Added = 'added' | 'taken' | 'too_many' | 'unknown'

/** All of them are shown wherever the user is. */
const MAX_IDENTIFIERS = 100

export const addIdentifier = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createIdentifier',
  permission: 'users:write',
  tag: TAG,
  summary: 'Give a user an identifier, which counts as proven. One that the user has already stays',
  access: managementKeyForUser,
  params: userParams,
  body: z.object({ identifier: identifierInput }).meta({ id: 'NewIdentifierEnvelope' }),
  response: identifierEnvelope,
  status: 201,
  failures: [
    universal.invalid_request,
    notFound,
    userFailure.invalid_identifier,
    userFailure.too_many_identifiers,
    userFailure.identifier_already_exists,
  ],

  async handle({ app, userId, body, fail }, deps) {
    const identifier = (await normaliseIdentifier(body.identifier)) ?? fail(userFailure.invalid_identifier)

    const outcome = await deps.transact<Added>(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, userId))) return 'unknown'
      const held = await listIdentifiers(tx, app.id, [userId])
      const isHeld = held.some(({ type, value }) => type === identifier.type && value === identifier.value)
      if (!isHeld && held.length >= MAX_IDENTIFIERS) return 'too_many'
      const person = { id: userId, identifiers: [{ ...identifier, verified: true }] }
      const inserted = await insertBelongings(tx, deps, app.id, person)
      return inserted ? 'added' : undo<Added>('taken')
    })

    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'too_many') fail(userFailure.too_many_identifiers)
    if (outcome === 'taken') fail(userFailure.identifier_already_exists)
    return { body: { identifier } }
  },
})

export const removeIdentifier = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteIdentifier',
  permission: 'users:write',
  tag: TAG,
  summary: 'Take an identifier from a user',
  access: managementKeyForUser,
  params: userParams,
  body: identifierEnvelope,
  response: z.object({ message: z.string() }).meta({ id: 'DeleteIdentifierResponse' }),
  failures: [universal.invalid_request, notFound, userFailure.invalid_identifier],

  async handle({ app, userId, body, fail }, deps) {
    const identifier = (await normaliseIdentifier(body.identifier)) ?? fail(userFailure.invalid_identifier)
    const deleted = await deps.transact(async (tx) => {
      const older = await findOlderAddresses(tx, app.id, userId)
      if (!(await deleteIdentifier(tx, deps, app.id, userId, identifier))) return false
      await tellOlderAddresses(tx, deps, app.id, userId, { change: 'identifier_removed', older })
      return true
    })
    return deleted ? { body: { message: 'The identifier was deleted.' } } : fail(notFound)
  },
})
