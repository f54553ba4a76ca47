import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { deleteIdentifier } from '../../core/identifiers/store.ts'
import { insertBelongings } from '../../core/users/create.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import { undo } from '../../platform/db.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { identifierObject, TAG, USER_PATH, userFailure, userParams } from './view.ts'

const PATH = `${USER_PATH}/identifiers`

const identifierEnvelope = z.object({ identifier: identifierObject }).meta({ id: 'IdentifierEnvelope' })

type Added = 'added' | 'taken' | 'unknown'

export const addIdentifier = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createIdentifier',
  tag: TAG,
  summary: 'Give a user an identifier, which counts as proven. One that the user has already stays',
  access: managementKey,
  params: userParams,
  body: identifierEnvelope,
  response: identifierEnvelope,
  status: 201,
  failures: [
    universal.invalid_request,
    notFound,
    userFailure.invalid_identifier,
    userFailure.identifier_already_exists,
  ],

  async handle({ app, params, body, fail }, deps) {
    const identifier = (await normaliseIdentifier(body.identifier)) ?? fail(userFailure.invalid_identifier)

    const outcome = await deps.transact<Added>(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, params.userID))) return 'unknown'
      const person = { id: params.userID, identifiers: [{ ...identifier, verified: true }] }
      const inserted = await insertBelongings(tx, deps, app.id, person)
      return inserted ? 'added' : undo<Added>('taken')
    })

    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'taken') fail(userFailure.identifier_already_exists)
    return { body: { identifier } }
  },
})

export const removeIdentifier = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteIdentifier',
  tag: TAG,
  summary: 'Take an identifier from a user',
  access: managementKey,
  params: userParams,
  body: identifierEnvelope,
  response: z.object({ message: z.string() }).meta({ id: 'DeleteIdentifierResponse' }),
  failures: [universal.invalid_request, notFound, userFailure.invalid_identifier],

  async handle({ app, params, body, fail }, deps) {
    const identifier = (await normaliseIdentifier(body.identifier)) ?? fail(userFailure.invalid_identifier)
    const deleted = await deps.transact((tx) => deleteIdentifier(tx, deps, app.id, params.userID, identifier))
    return deleted ? { body: { message: 'The identifier was deleted.' } } : fail(notFound)
  },
})
