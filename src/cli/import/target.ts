import { basename } from 'node:path'
import { textOf, valueAt } from './raw-value.ts'
import type { UserItem } from './read/users.ts'
import type { Mapped, Raw, Source, SourceOptions } from './source.ts'

/** What has become of the rows of files, in numbers. */
export interface ReadSums {
  /** Users, whatever became of them, and rows that cannot be read. */
  rows: number
  readonly refused: Record<string, number>
  readonly skipped: Record<string, number>
  /** What was repaired, decided or left behind in records. */
  readonly notes: Record<string, number>
}

/** Makes of each row a line of the import, so that what is no user is counted there too, and each line tells where it comes from. */
export class Target {
  readonly #source: Source
  readonly #options: SourceOptions
  readonly #hasOneFile: boolean
  readonly sums: ReadSums = { rows: 0, refused: {}, skipped: {}, notes: {} }

  constructor(source: Source, options: SourceOptions, hasOneFile: boolean) {
    this.#source = source
    this.#options = options
    this.#hasOneFile = hasOneFile
  }

  /** A line, and the record in it, if it is one. */
  take(item: UserItem): { line: string; record: string | undefined } {
    this.sums.rows++
    const { path, line, byte } = item
    const at = { ...(!this.#hasOneFile && { file: basename(path) }), line, byte }
    if (item.kind === 'refused') {
      count(this.sums.refused, item.fault)
      return { line: write({ unread: { outcome: 'refused', code: item.fault }, at }), record: undefined }
    }
    const mapped = withOwnId(this.#source.map(item.raw, this.#options), item.raw, this.#options.externalIdFrom)
    for (const { kind } of mapped.notes) count(this.sums.notes, kind)
    if (mapped.kind === 'skipped') {
      count(this.sums.skipped, mapped.reason)
      return { line: write({ unread: { outcome: 'skipped', code: mapped.reason }, at }), record: undefined }
    }
    return { line: write({ ...mapped.record, at }), record: write(mapped.record) }
  }
}

/**
 * The id that the customer's own tables use, where the operator has said where it stands; of a list, as in LDIF, the first. Whoever has none there gets no
 * other and is refused: a number or a name of the legacy system may be somebody's id in those tables.
 */
function withOwnId(mapped: Mapped, raw: Raw, path: string | undefined): Mapped {
  if (path === undefined || mapped.kind !== 'record') return mapped
  const own = textOf([valueAt(raw, path)].flat()[0])
  const { external_id, leftovers = [] } = mapped.record
  const notes = own === undefined ? [...mapped.notes, { kind: 'own_id_missing', field: path }] : mapped.notes
  const isKept = own !== external_id && external_id !== ''
  const kept = isKept ? { leftovers: [...leftovers, { kind: 'external_id', value: external_id }] } : {}
  return { ...mapped, notes, record: { ...mapped.record, external_id: own ?? '', ...kept } }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** JSON on one line. A whole number that JavaScript cannot count stays as it is written. */
function write(value: object): string {
  try {
    return `${JSON.stringify(value)}\n`
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return `${JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? asWritten(member) : member))}\n`
  }
}

/** Known to the language, and not yet to its types. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
const asWritten = (number: bigint) => rawJSON(String(number))
