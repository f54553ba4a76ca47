import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { findExcess, type KeyLimits } from '../applications/key-limits.ts'
import { keyOf, type Operator } from './operator.ts'
import {
  deleteOperator,
  findOperator,
  insertOperator,
  listOperators,
  takeTurn,
  updateOperator,
} from './store/operators.ts'
import { endOperatorSessions } from './store/sessions.ts'

export const MAX_OPERATORS = 500

export type NewOperator = Pick<Operator, 'name' | 'email' | 'role' | 'apps' | 'createdBy'>
type Rights = Pick<Operator, 'role' | 'apps'>

/** In words, what somebody with these rights could do that `maker` cannot; undefined when there is nothing. */
export const findExcessOf = (maker: KeyLimits, operator: Operator): string | undefined =>
  findExcess(maker, keyOf(operator, ''))

/** That somebody may do everything: one of them must always be left. */
export const isOwner = ({ role, apps }: Rights): boolean => role === 'owner' && apps === undefined

/** Decide whether the instance is without an owner once an operator is changed, or gone. One that never had any may stay so. */
export function leavesNoOwner(all: readonly Operator[], id: string, becomes: Rights | undefined): boolean {
  const was = all.find((one) => one.id === id)
  if (!was || !isOwner(was) || (becomes && isOwner(becomes))) return false
  return !all.some((one) => one.id !== id && isOwner(one))
}

export type Added =
  | { readonly kind: 'added'; readonly operator: Operator }
  | { readonly kind: 'taken' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'excess'; readonly excess: string }

/** Take somebody onto the roster. Nobody makes somebody who may do more than they may themselves. */
export async function addOperator(tx: Tx, deps: Deps, maker: KeyLimits, given: NewOperator): Promise<Added> {
  const operator = { ...given, id: newId('opr', deps), createdAt: deps.now(), lastSeenAt: undefined }
  const excess = findExcessOf(maker, operator)
  if (excess !== undefined) return { kind: 'excess', excess }
  await takeTurn(tx)
  if ((await listOperators(tx)).length >= MAX_OPERATORS) return { kind: 'too_many' }
  return (await insertOperator(tx, operator)) ? { kind: 'added', operator } : { kind: 'taken' }
}

export type Changed =
  | { readonly kind: 'changed'; readonly before: Operator; readonly after: Operator }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'last_owner' }
  /** One of the two could do what whoever changes them cannot. */
  | { readonly kind: 'excess'; readonly excess: string }

export type Change = Partial<Pick<Operator, 'name' | 'role' | 'apps'>>

/** Change what somebody may do, from their next request on. */
export async function changeOperator(tx: Tx, maker: KeyLimits, id: string, change: Change): Promise<Changed> {
  await takeTurn(tx)
  const all = await listOperators(tx)
  const before = all.find((one) => one.id === id)
  if (!before) return { kind: 'unknown' }
  const after = { ...before, ...change }
  const excess = findExcessOf(maker, before) ?? findExcessOf(maker, after)
  if (excess !== undefined) return { kind: 'excess', excess }
  if (leavesNoOwner(all, id, after)) return { kind: 'last_owner' }
  await updateOperator(tx, id, after)
  return { kind: 'changed', before, after }
}

export type Removed =
  | { readonly kind: 'removed'; readonly operator: Operator }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'last_owner' }
  | { readonly kind: 'excess'; readonly excess: string }

/** Take somebody off the roster, with their passkeys and sessions, at once. */
export async function removeOperator(tx: Tx, maker: KeyLimits, id: string): Promise<Removed> {
  await takeTurn(tx)
  const all = await listOperators(tx)
  const operator = all.find((one) => one.id === id)
  if (!operator) return { kind: 'unknown' }
  const excess = findExcessOf(maker, operator)
  if (excess !== undefined) return { kind: 'excess', excess }
  if (leavesNoOwner(all, id, undefined)) return { kind: 'last_owner' }
  await deleteOperator(tx, id)
  return { kind: 'removed', operator }
}

export type SessionsEnded =
  | { readonly kind: 'ended'; readonly count: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'excess'; readonly excess: string }

/** End every session of somebody. */
export async function endSessionsOf(tx: Tx, maker: KeyLimits, id: string): Promise<SessionsEnded> {
  const operator = await findOperator(tx, id)
  if (!operator) return { kind: 'unknown' }
  const excess = findExcessOf(maker, operator)
  return excess === undefined ? { kind: 'ended', count: await endOperatorSessions(tx, id) } : { kind: 'excess', excess }
}
