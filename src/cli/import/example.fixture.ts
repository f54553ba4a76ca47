import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImportedIdentifier, ImportRecord } from '../../core/imports/record.ts'
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

/** What an export may hold that a hasty reader gets wrong. */
export interface Trap {
  readonly what: string
  readonly raw: Raw
  readonly options?: Partial<SourceOptions>
  /** Those members of the record that matter here. */
  readonly record?: Partial<ImportRecord>
  /** Why there is no record. */
  readonly skipped?: string
  /** All notes, as `kind field`. */
  readonly notes?: readonly string[]
}

/** One test for each trap. */
export function checkTraps(source: Source, traps: readonly Trap[]): void {
  for (const { what, raw, options: more, record, skipped, notes } of traps) {
    test(`${source.name}: ${what}`, () => {
      const mapped = mapWith(source, raw, more)
      assert.equal(mapped.kind === 'skipped' ? mapped.reason : undefined, skipped)
      if (record !== undefined) {
        const found: Partial<Record<string, unknown>> = { ...recordOf(mapped) }
        const named = Object.keys(record).map((name) => [name, found[name]])
        assert.deepEqual(Object.fromEntries(named), record)
      }
      if (notes !== undefined) assert.deepEqual(notesOf(mapped), notes)
    })
  }
}

export const email = (value: string, verified: boolean): ImportedIdentifier => ({
  type: 'email_address',
  value,
  verified,
})
export const phone = (value: string, verified: boolean): ImportedIdentifier => ({
  type: 'phone_number',
  value,
  verified,
})
