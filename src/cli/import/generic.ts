import type { ImportRecord } from '../../core/imports/record.ts'
import { type Mapping, mapBy } from './mapping-file.ts'
import type { RowFile, Source } from './source.ts'
import { findSource, SOURCES } from './sources.ts'

/** Users as an import takes them, as `antiphon export` writes them. */
export const ndjson: Source = {
  name: 'ndjson',
  users: { containers: ['ndjson', 'json'], arrays: [[]] },
  // The loading judges every member.
  map: (raw) => ({ kind: 'record', record: raw as unknown as ImportRecord, notes: [] }),
}

/** Rows that nothing is known of without a mapping. */
const UNMAPPED: Readonly<Record<string, RowFile>> = {
  csv: { containers: ['csv'] },
  ldif: { containers: ['ldif'] },
}

export type Chosen = { kind: 'source'; source: Source } | { kind: 'refused'; reason: string }

/** The source of a name; with a mapping its rows are read the same and mapped by that. */
export function chooseSource(name: string, mapping: Mapping | undefined): Chosen {
  const users = UNMAPPED[name.toLowerCase()]
  const known = name.toLowerCase() === ndjson.name ? ndjson : findSource(name)
  if (!users && !known) return { kind: 'refused', reason: `--from: is none of ${sourceNames().join(', ')}` }
  if (!mapping) {
    return known ? { kind: 'source', source: known } : { kind: 'refused', reason: `--from ${name} needs --map <file>` }
  }
  const source: Source = {
    ...(known ?? { name: name.toLowerCase(), users: users as RowFile }),
    map: (raw, options) => mapBy(mapping, raw, options),
  }
  return { kind: 'source', source }
}

export const sourceNames = () => [ndjson.name, ...Object.keys(UNMAPPED), ...SOURCES.map(({ name }) => name)]
