import type { KeyLimits } from '../core/applications/key-limits.ts'
import { readRange } from '../platform/client-address.ts'
import { LATEST } from '../platform/clock.ts'
import { ALL_PERMISSIONS, type Permission } from '../platform/permissions.ts'

/** What a new key may do, from where and until when; undefined for what is not said. */
export type NewLimits = Partial<KeyLimits>

/** For how long the old key goes on working, and until when the new one does: Unix ms, undefined for as long as the old one would have. */
export interface NewTimes {
  readonly overlapMs: number
  readonly expiresAt: number | undefined
}

export type KeyFlags = { readonly permissions?: string; readonly expires?: string; readonly networks?: string }

/** The limits that flags name, or what is wrong with them. */
export function readKeyFlags(flags: KeyFlags, now: number): NewLimits | { readonly problem: string } {
  const permissions = listOf(flags.permissions)
  const unknown = permissions?.find((name) => !ALL_PERMISSIONS.includes(name as Permission))
  if (unknown !== undefined) return { problem: `there is no permission ${unknown}: ${ALL_PERMISSIONS.join(' ')}` }
  const networks = listOf(flags.networks)?.map((text) => ({ text, read: readRange(text) }))
  const wrong = networks?.find(({ read }) => read.kind !== 'range')
  if (wrong) return { problem: `${wrong.text} is no address or CIDR range that is one network` }
  const expiresAt = readEnd(flags.expires, now)
  if (expiresAt !== undefined && !(expiresAt > now && expiresAt <= LATEST)) {
    return { problem: '--expires takes a time to come: 90d, 12h, or 2027-01-31T00:00:00Z' }
  }
  return {
    permissions: permissions as Permission[] | undefined,
    allowedNetworks: networks?.map(({ read }) => (read.kind === 'range' ? read.range : '')),
    expiresAt,
  }
}

const HOUR_MS = 3_600_000
const MAX_OVERLAP_HOURS = 720

/** The times of a rotation that flags name, or what is wrong with them. */
export function readRotation(
  { overlapHours, expires }: { readonly overlapHours: string; readonly expires?: string },
  now: number,
): NewTimes | { readonly problem: string } {
  const hours = /^\d{1,3}$/.test(overlapHours) ? Number(overlapHours) : Number.NaN
  if (!(hours <= MAX_OVERLAP_HOURS))
    return { problem: `--overlap-hours takes a whole number up to ${MAX_OVERLAP_HOURS}` }
  const given = readKeyFlags(expires === undefined ? {} : { expires }, now)
  return 'problem' in given ? given : { overlapMs: hours * HOUR_MS, expiresAt: given.expiresAt }
}

const listOf = (text: string | undefined): string[] | undefined => text?.split(/[\s,]+/).filter((word) => word !== '')

const UNITS = { d: 86_400_000, h: 3_600_000 } as const

/** Unix ms; NaN for what is no time. */
function readEnd(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^([1-9]\d{0,4})([dh])$/.exec(text) ?? []
  if (count && unit) return now + Number(count) * UNITS[unit as keyof typeof UNITS]
  return /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
}
