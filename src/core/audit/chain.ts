import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { AuditRow } from './tables.ts'

/** What a chain goes on from that has no row yet. */
export const BEGINNING = ''

/** `2026-11-29`, UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const DIGITS = 9
/** Behind every row of a day. */
export const LAST = 999_999_999

/** The id of the nth row of a day, counted from 1. Ids sort as their rows were written. */
export const idAt = (day: string, n: number): string => `${day}.${String(n).padStart(DIGITS, '0')}`

export const placeOf = (id: string): { day: string; n: number } => {
  const [day = '', n] = id.split('.')
  return { day, n: Number(n) }
}

/**
 * SHA-256, base64url, over the JSON array of the hash before and of what a row says, as the API shows it; so anybody can check an export:
 * `[previous_hash, id, created_at, actor, operation, target, changes, ip, request_id]`, without white space.
 */
export function hashOf(previous: string, row: Omit<AuditRow, 'hash' | 'app_id' | 'subject'>): string {
  const { id, created_at, actor, operation, target, changes, ip, request_id } = row
  const said = [id, rfc3339(created_at), actor, operation, JSON.parse(target), JSON.parse(changes), ip, request_id]
  return encode(sha256(JSON.stringify([previous, ...said])))
}
