import { ALL_PERMISSIONS, type Permission } from '../../platform/permissions.ts'
import type { KeyLimits } from '../applications/key-limits.ts'

/** What an operator may be, and what for. */
export const ROLES = {
  owner: 'Everything, what later releases add included.',
  admin: 'Everything there is but to delete an application.',
  developer: 'Configuration, domains and keys of applications. Sees nothing of users.',
  support: 'Users, their sessions and what was sent to them. Changes no configuration.',
  analyst: 'Numbers. Sees nothing of users.',
  auditor: 'Reads everything, and changes nothing.',
} as const

export type Role = keyof typeof ROLES
export const ALL_ROLES = Object.keys(ROLES) as readonly Role[]

const DEVELOPER: readonly Permission[] = [
  'applications:read',
  'applications:write',
  'config:read',
  'config:write',
  'domains:read',
  'domains:write',
  'health:read',
  'keys:read',
  'keys:write',
  'migration:read',
  'signing_keys:read',
  'statistics:read',
]
const SUPPORT: readonly Permission[] = [
  'applications:read',
  'events:read',
  'messages:read',
  'sessions:read',
  'sessions:write',
  'statistics:read',
  'users:read',
  'users:write',
]
const ANALYST: readonly Permission[] = ['applications:read', 'statistics:read']

/** Undefined: everything. */
const PERMISSIONS_OF: Readonly<Record<Role, KeyLimits['permissions']>> = {
  owner: undefined,
  admin: ALL_PERMISSIONS.filter((one) => one !== 'applications:delete'),
  developer: DEVELOPER,
  support: SUPPORT,
  analyst: ANALYST,
  auditor: ALL_PERMISSIONS.filter((one) => one.endsWith(':read')),
}

/** What whoever has a role may do, by the names of the permissions of keys. */
export const permissionsOf = (role: Role): KeyLimits['permissions'] => PERMISSIONS_OF[role]
