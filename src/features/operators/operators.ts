import { z } from 'zod'
import { actorOfKey } from '../../core/access/actor.ts'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { instanceKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { inviteOperator } from '../../core/operators/invitation.ts'
import {
  addOperator,
  changeOperator,
  endSessionsOf,
  findExcessOf,
  MAX_OPERATORS,
  removeOperator,
} from '../../core/operators/roster.ts'
import { countWaysIn, findOperator, listOperators } from '../../core/operators/store/operators.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import {
  appsInput,
  invitationView,
  operatorEmail,
  operatorName,
  operatorView,
  roleInput,
  viewOfInvitation,
  viewOfOperator,
} from './wire.ts'

const PATH = '/v2/session/operators'
const ONE = `${PATH}/{operatorID}`
const TAG = 'Operators'
const params = z.object({ operatorID: z.string() })
const APPS = { description: 'Ids of the applications that they work with; null for all, those to come included.' }

const failure = failures({
  operator_already_exists: ['conflict', 'Somebody with this e-mail address is an operator already.'],
  too_many_operators: ['conflict', `There are at most ${MAX_OPERATORS} operators. Remove one first.`],
  last_owner: ['conflict', 'Nobody else could do everything. Make somebody else an owner of all applications first.'],
})
const { insufficient_permissions } = accessFailure
const beyond = (excess: string) => ({ message: `This is for those alone who have as much themselves: ${excess}.` })

const list = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listOperators',
  permission: 'operators:read',
  tag: TAG,
  summary: 'List who works with the console, oldest first',
  access: instanceKey,
  response: z
    .object({ operators: z.array(operatorView.extend({ passkeys: z.int(), sessions: z.int() })) })
    .meta({ id: 'ListOperatorsResponse' }),
  failures: [],

  async handle(_input, deps) {
    const [operators, ways] = await Promise.all([listOperators(deps.db), countWaysIn(deps.db, deps.now())])
    const none = { passkeys: 0, sessions: 0 }
    return { body: { operators: operators.map((one) => ({ ...viewOfOperator(one), ...(ways.get(one.id) ?? none) })) } }
  },
})

const create = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createOperator',
  permission: 'operators:write',
  sudo: true,
  tag: TAG,
  summary: 'Let somebody work with the console, and invite them. The invitation is shown this once',
  access: instanceKey,
  body: z
    .object({
      name: operatorName,
      email: operatorEmail,
      role: roleInput,
      apps: appsInput.default(null).meta(APPS),
    })
    .meta({ id: 'CreateOperatorRequest' }),
  response: z.object({ operator: operatorView, invitation: invitationView }).meta({ id: 'CreateOperatorResponse' }),
  status: 201,
  failures: [
    universal.invalid_request,
    insufficient_permissions,
    failure.operator_already_exists,
    failure.too_many_operators,
  ],

  async handle({ key, body: { apps, ...given }, fail }, deps) {
    const order = { ...given, apps: apps ?? undefined, createdBy: actorOfKey(key) }
    const added = await deps.transact(async (tx) => {
      const outcome = await addOperator(tx, deps, key, order)
      if (outcome.kind !== 'added') return outcome
      const { operator } = outcome
      tellChange(deps, { target: { operatorID: operator.id }, after: viewOfOperator(operator) })
      return { ...outcome, invitation: await inviteOperator(tx, deps, operator.id) }
    })
    if (added.kind === 'excess') return fail(insufficient_permissions, beyond(added.excess))
    if (added.kind === 'taken') return fail(failure.operator_already_exists)
    if (added.kind === 'too_many') return fail(failure.too_many_operators)
    return { body: { operator: viewOfOperator(added.operator), invitation: viewOfInvitation(added.invitation) } }
  },
})

const update = endpoint({
  method: 'PATCH',
  path: ONE,
  audience: 'management',
  operationId: 'updateOperator',
  permission: 'operators:write',
  sudo: true,
  tag: TAG,
  summary: 'Change the name, the role or the applications of an operator, from their next request on',
  access: instanceKey,
  params,
  body: z
    .object({
      name: operatorName.optional(),
      role: roleInput.optional(),
      apps: appsInput.optional().meta(APPS),
    })
    .meta({ id: 'UpdateOperatorRequest' }),
  response: z.object({ operator: operatorView }).meta({ id: 'UpdateOperatorResponse' }),
  failures: [universal.invalid_request, notFound, insufficient_permissions, failure.last_owner],

  async handle({ key, params: { operatorID }, body: { name, role, apps }, fail }, deps) {
    const change = {
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(apps !== undefined && { apps: apps ?? undefined }),
    }
    const changed = await deps.transact(async (tx) => {
      const outcome = await changeOperator(tx, key, operatorID, change)
      if (outcome.kind === 'changed')
        tellChange(deps, { before: viewOfOperator(outcome.before), after: viewOfOperator(outcome.after) })
      return outcome
    })
    if (changed.kind === 'unknown') return fail(notFound)
    if (changed.kind === 'excess') return fail(insufficient_permissions, beyond(changed.excess))
    if (changed.kind === 'last_owner') return fail(failure.last_owner)
    return { body: { operator: viewOfOperator(changed.after) } }
  },
})

const remove = endpoint({
  method: 'DELETE',
  path: ONE,
  audience: 'management',
  operationId: 'deleteOperator',
  permission: 'operators:write',
  sudo: true,
  tag: TAG,
  summary: 'Remove an operator, with their passkeys and sessions, at once',
  access: instanceKey,
  params,
  response: noContent,
  failures: [notFound, insufficient_permissions, failure.last_owner],

  async handle({ key, params: { operatorID }, fail }, deps) {
    const removed = await deps.transact(async (tx) => {
      const outcome = await removeOperator(tx, key, operatorID)
      if (outcome.kind === 'removed') tellChange(deps, { before: viewOfOperator(outcome.operator) })
      return outcome
    })
    if (removed.kind === 'unknown') return fail(notFound)
    if (removed.kind === 'excess') return fail(insufficient_permissions, beyond(removed.excess))
    return removed.kind === 'last_owner' ? fail(failure.last_owner) : {}
  },
})

const invite = endpoint({
  method: 'POST',
  path: `${ONE}/invitation`,
  audience: 'management',
  operationId: 'inviteOperator',
  permission: 'operators:write',
  sudo: true,
  tag: TAG,
  summary: 'Invite an operator again, who has lost every passkey, or was too late. Earlier invitations end',
  access: instanceKey,
  params,
  response: z.object({ invitation: invitationView }).meta({ id: 'InviteOperatorResponse' }),
  failures: [notFound, insufficient_permissions],

  async handle({ key, params: { operatorID }, fail }, deps) {
    const invited = await deps.transact(async (tx) => {
      const operator = await findOperator(tx, operatorID)
      if (!operator) return { kind: 'unknown' } as const
      const excess = findExcessOf(key, operator)
      if (excess !== undefined) return { kind: 'excess', excess } as const
      return { kind: 'invited', invitation: await inviteOperator(tx, deps, operatorID) } as const
    })
    if (invited.kind === 'unknown') return fail(notFound)
    if (invited.kind === 'excess') return fail(insufficient_permissions, beyond(invited.excess))
    return { body: { invitation: viewOfInvitation(invited.invitation) } }
  },
})

const endSessions = endpoint({
  method: 'POST',
  path: `${ONE}/sessions/end`,
  audience: 'management',
  operationId: 'endOperatorSessions',
  permission: 'operators:write',
  tag: TAG,
  summary: 'End every session of an operator in the console',
  access: instanceKey,
  params,
  response: z.object({ ended: z.int() }).meta({ id: 'EndOperatorSessionsResponse' }),
  failures: [notFound, insufficient_permissions],

  async handle({ key, params: { operatorID }, fail }, deps) {
    const ended = await deps.transact((tx) => endSessionsOf(tx, key, operatorID))
    if (ended.kind === 'unknown') return fail(notFound)
    if (ended.kind === 'excess') return fail(insufficient_permissions, beyond(ended.excess))
    return { body: { ended: ended.count } }
  },
})

export const operatorOperations = [list, create, update, remove, invite, endSessions]
