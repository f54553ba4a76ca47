import type { Join, Raw, RowFile, Source } from '../source.ts'
import { type ItemOfFile, JoinedRows, type RefusedRow } from './joined.ts'
import { type Item, type Place, refusedAt } from './row.ts'
import { containerOfFile, readRows } from './rows.ts'
import { type Encoding, openText } from './text.ts'

export interface UserFiles {
  readonly users: readonly string[]
  /** By role. */
  readonly joined: ReadonlyMap<string, string>
  readonly encoding: Encoding | undefined
}

export interface RawUser extends Place {
  readonly kind: 'user'
  readonly path: string
  readonly raw: Raw
}

export type UserItem = RawUser | RefusedRow

/** The users of an export, each with what other rows say of them. */
export class UserReader {
  readonly #source: Source
  readonly #files: UserFiles
  readonly #look: (piece: Buffer) => void
  readonly #joined = new Map<string, JoinedRows>()

  /** `look` sees every piece of the users' files, in order. */
  constructor(source: Source, files: UserFiles, look: (piece: Buffer) => void) {
    this.#source = source
    this.#files = files
    this.#look = look
  }

  /** Of each role: how many rows there are, and how often one was found for a user. */
  get counts(): Readonly<Record<string, JoinedRows['counts']>> {
    return Object.fromEntries([...this.#joined].map(([role, rows]) => [role, rows.counts]))
  }

  async *read(): AsyncGenerator<UserItem[]> {
    try {
      for (const join of this.#source.joins ?? []) {
        const rows = await this.#readJoin(join)
        if (!rows) continue
        this.#joined.set(join.role, rows)
        // Among the users' rows they are told where the users are.
        if (join.file !== 'users') yield rows.refused
      }
      for (const path of this.#files.users) yield* this.#readFile(path)
    } finally {
      for (const rows of this.#joined.values()) rows.close()
    }
  }

  async #readJoin(join: Join): Promise<JoinedRows | undefined> {
    const { users, joined, encoding } = this.#files
    if (join.file === 'users') return await JoinedRows.read(join, users, this.#source.users, encoding)
    const path = joined.get(join.role)
    if (path !== undefined) return await JoinedRows.read(join, [path], join.file, encoding)
    // A dump has the tables beside the users' too, or lacks some.
    return (await this.#isDump()) ? await JoinedRows.read(join, users, join.file, encoding, ['no_table']) : undefined
  }

  async #isDump(): Promise<boolean> {
    for (const path of this.#files.users) {
      if ((await containerOfFile(path, this.#source.users, this.#files.encoding)) !== 'copy') return false
    }
    return true
  }

  async *#readFile(path: string): AsyncGenerator<UserItem[]> {
    const file: RowFile = this.#source.users
    const text = await openText(path, this.#files.encoding, this.#look)
    if (typeof text === 'string') {
      yield this.#itemsOf(path, [refusedAt({ line: 1, byte: 0 }, text, true)])
      return
    }
    for await (const items of readRows(text, file)) yield this.#itemsOf(path, items)
  }

  #itemsOf(path: string, items: readonly Item[]): UserItem[] {
    return items.flatMap((item): UserItem[] => {
      if (item.kind === 'refused') return [{ ...item, path } satisfies ItemOfFile as RefusedRow]
      if (this.#source.users.isUser?.(item.row) === false) return []
      return [{ kind: 'user', path, line: item.line, byte: item.byte, raw: this.#withRows(item.row) }]
    })
  }

  #withRows(user: Raw): Raw {
    const added: Record<string, unknown> = {}
    for (const [role, rows] of this.#joined) {
      const found = rows.find(user)
      if (found.length > 0) added[role] = found
    }
    return Object.keys(added).length > 0 ? { ...user, ...added } : user
  }
}
