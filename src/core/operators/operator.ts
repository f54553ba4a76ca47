import { z } from 'zod'
import type { ApiKey } from '../applications/api-keys.ts'
import { ALL_ROLES, permissionsOf, type Role } from './roles.ts'
import type { OperatorRow } from './tables.ts'

/** Somebody who works with the console. */
export interface Operator {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  /** Of the applications that they work with; undefined for all, those to come included. */
  readonly apps: readonly string[] | undefined
  readonly createdBy: string
  readonly createdAt: number
  /** To the minute; undefined when they never were here. */
  readonly lastSeenAt: number | undefined
}

/** A role that this release does not know was given by a later one: it allows nothing here but numbers. */
const storedRole = z.enum(ALL_ROLES).catch('analyst')
const strings = z.array(z.string())

export const decodeOperator = (row: OperatorRow): Operator => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: storedRole.parse(row.role),
  apps: row.apps === null ? undefined : strings.parse(JSON.parse(row.apps)),
  createdBy: row.created_by,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at ?? undefined,
})

/** In the place of an application’s id: what is of the whole instance. */
const INSTANCE = ''

/** That an operator works with an application, or, for an empty id, with the instance. */
export const worksWith = ({ apps }: Pick<Operator, 'apps'>, appId: string): boolean => apps?.includes(appId) ?? true

/**
 * What an operator may do, as a key that may do it: one of the instance, or, for whoever works with some applications alone, one of the
 * application that it is about.
 */
export const keyOf = (operator: Operator, appId: string): ApiKey => ({
  id: operator.id,
  appId: operator.apps === undefined ? INSTANCE : worksWith(operator, appId) ? appId : (operator.apps[0] ?? NOWHERE),
  name: operator.name,
  permissions: permissionsOf(operator.role),
  expiresAt: undefined,
  allowedNetworks: undefined,
  createdBy: operator.createdBy,
  createdAt: operator.createdAt,
  lastUsedAt: operator.lastSeenAt,
  replacedBy: undefined,
})

/** The id of no application. */
const NOWHERE = '-'
