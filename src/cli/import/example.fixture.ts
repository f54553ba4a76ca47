import assert from 'node:assert/strict'
import type { ImportRecord } from '../../core/imports/record.ts'
import { readImportedHash, verifyPassword } from '../../crypto/password-hash.ts'
import type { Mapped, Raw, Source, SourceOptions } from './source.ts'

export const NOW = Date.UTC(2026, 10, 1)

export const options = (more: Partial<SourceOptions> = {}): SourceOptions => ({ now: NOW, ...more })

/** The record of a mapping that is one. */
export function recordOf(mapped: Mapped): ImportRecord {
  assert.equal(mapped.kind, 'record', JSON.stringify(mapped))
  return mapped.record
}

/** Notes as `kind field`, in their order. */
export const notesOf = ({ notes }: Mapped): string[] =>
  notes.map(({ kind, field }) => (field === undefined ? kind : `${kind} ${field}`))

export const mapWith = (source: Source, raw: Raw, more: Partial<SourceOptions> = {}): Mapped =>
  source.map(raw, options(more))

/** That logins take `legacy-pass-1` for a hash, and nothing else. */
export function checkPassword(hash: string, password = 'legacy-pass-1'): void {
  const imported = readImportedHash(hash)
  assert.equal(imported.kind, 'accepted', JSON.stringify(imported))
  assert.equal(verifyPassword(imported.hash, password).kind, 'match', hash)
  assert.equal(verifyPassword(imported.hash, `${password}x`).kind, 'mismatch', hash)
}
