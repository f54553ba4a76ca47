import { areWithin } from '../../platform/client-address.ts'
import { ALL_PERMISSIONS, type Permission } from '../../platform/permissions.ts'

/** What a management key may do, until when, and from where. */
export interface KeyLimits {
  /** Undefined for a key that is allowed everything, what later releases add included. */
  readonly permissions: readonly Permission[] | undefined
  /** Unix ms; undefined for a key that does not expire. */
  readonly expiresAt: number | undefined
  /** Ranges as `readRange` has read them; undefined for a key that may be used from anywhere. */
  readonly allowedNetworks: readonly string[] | undefined
}

export const UNLIMITED: KeyLimits = { permissions: undefined, expiresAt: undefined, allowedNetworks: undefined }

export const isAllowed = ({ permissions }: Pick<KeyLimits, 'permissions'>, permission: Permission): boolean =>
  permissions?.includes(permission) ?? true

/** The limits of a new key: what is given, and for the rest those of its maker. */
export const limitsOf = (maker: KeyLimits, given: Partial<KeyLimits>): KeyLimits => ({
  permissions: given.permissions ?? maker.permissions,
  expiresAt: given.expiresAt ?? maker.expiresAt,
  allowedNetworks: given.allowedNetworks ?? maker.allowedNetworks,
})

/** In words, what a key with these limits could do that its maker cannot; undefined when there is nothing. Nobody gives more than they have. */
export function findExcess(maker: KeyLimits, wanted: KeyLimits): string | undefined {
  const permission = findPermissionBeyond(maker.permissions, wanted.permissions)
  if (permission !== undefined) return permission
  if ((wanted.expiresAt ?? Infinity) > (maker.expiresAt ?? Infinity)) return 'a longer life'
  const { allowedNetworks } = maker
  if (!allowedNetworks) return undefined
  const isWithin = wanted.allowedNetworks && areWithin(wanted.allowedNetworks, allowedNetworks)
  return isWithin ? undefined : 'use from other networks'
}

function findPermissionBeyond(own: KeyLimits['permissions'], wanted: KeyLimits['permissions']): string | undefined {
  if (!own) return undefined
  const beyond = (wanted ?? ALL_PERMISSIONS).find((one) => !own.includes(one))
  if (beyond) return `the permission \`${beyond}\``
  return wanted ? undefined : 'the permissions of later releases'
}
