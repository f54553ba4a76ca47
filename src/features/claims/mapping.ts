import { notFound } from '../../core/access/failures.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { announceMapping } from '../../core/claims-mapping/current.ts'
import { findMappingProblem } from '../../core/claims-mapping/judge.ts'
import {
  deleteMapping,
  findMapping,
  insertMapping,
  type StoredMapping,
  updateMapping,
} from '../../core/claims-mapping/store.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { claimsFailure, common, mappingRequest, mappingResponse, PATH, viewOf } from './wire.ts'

/** For the audit log. */
const toldOf = ({ mapping, asProfile }: StoredMapping) => ({ mapping, as_profile: asProfile })

const create = endpoint({
  ...common,
  method: 'POST',
  permission: 'config:write',
  path: PATH,
  operationId: 'createClaimsMapping',
  summary: 'Say what access tokens tell besides what every token does',
  body: mappingRequest,
  response: mappingResponse,
  status: 201,
  failures: [universal.invalid_request, claimsFailure.claims_mapping_already_exists],

  async handle({ app, body: { mapping, as_profile: asProfile }, fail }, deps) {
    const problem = findMappingProblem(mapping)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const stored = await deps.transact(async (tx) => {
      const inserted = await insertMapping(tx, app.id, { mapping, asProfile }, deps.now())
      if (inserted) tellChange(deps, { after: toldOf(inserted) })
      if (inserted) await announceMapping(tx, deps, app.id)
      return inserted
    })
    return stored ? { body: viewOf(stored) } : fail(claimsFailure.claims_mapping_already_exists)
  },
})

const read = endpoint({
  ...common,
  method: 'GET',
  permission: 'config:read',
  path: PATH,
  operationId: 'getClaimsMapping',
  summary: 'Read the claims mapping',
  response: mappingResponse,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const stored = await findMapping(deps.db, app.id)
    return stored ? { body: viewOf(stored) } : fail(notFound)
  },
})

const update = endpoint({
  ...common,
  method: 'PUT',
  permission: 'config:write',
  path: PATH,
  operationId: 'updateClaimsMapping',
  summary: 'Replace the claims mapping, for sessions that there are from their next refresh on',
  body: mappingRequest,
  response: mappingResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body: { mapping, as_profile: asProfile }, fail }, deps) {
    const problem = findMappingProblem(mapping)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const stored = await deps.transact(async (tx) => {
      const before = await findMapping(tx, app.id)
      const updated = await updateMapping(tx, app.id, { mapping, asProfile }, deps.now())
      if (updated) tellChange(deps, { before: before && toldOf(before), after: toldOf(updated) })
      if (updated) await announceMapping(tx, deps, app.id)
      return updated
    })
    return stored ? { body: viewOf(stored) } : fail(notFound)
  },
})

const remove = endpoint({
  ...common,
  method: 'DELETE',
  permission: 'config:write',
  path: PATH,
  operationId: 'deleteClaimsMapping',
  summary: 'Delete the claims mapping: tokens tell what every token does from the next refresh on',
  response: noContent,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      const before = await findMapping(tx, app.id)
      if (!(await deleteMapping(tx, app.id))) return false
      tellChange(deps, { before: before && toldOf(before) })
      await announceMapping(tx, deps, app.id)
      return true
    })
    return deleted ? {} : fail(notFound)
  },
})

export const mappingOperations: readonly Endpoint[] = [create, read, update, remove]
