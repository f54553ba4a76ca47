import type { Kysely, Transaction } from 'kysely'
import type { GroupedUpdate, Row } from './group.ts'

export type Schema = Record<never, never>

/** One storage engine: SQLite or PostgreSQL. Only the `dialect-…` files know which. Nothing of it waits without a bound (`db-bounds.ts`). */
export interface Engine {
  readonly kind: 'sqlite' | 'postgres'
  /** For statements outside transactions. On SQLite a second, read-only connection. */
  readonly reader: Kysely<Schema>
  /** For transactions. On SQLite the only connection that writes. */
  readonly writer: Kysely<Schema>
  /** For transactions that come often: each statement is prepared once for a connection. */
  readonly frequent: Kysely<Schema>
  /** Whether but one transaction can be open at a time. */
  readonly oneAtATime: boolean
  /** For migrations alone, which wait for their turn and take their time. */
  readonly migrator: Kysely<Schema>
  /** Run the update for every row, all in one durable write; answers in the order of the rows. */
  runGroup(update: GroupedUpdate, rows: readonly Row[]): Promise<(Row | undefined)[]>
  /** Whether a statement was broken off because transactions waited for each other in a circle. */
  isDeadlock(error: unknown): boolean
  /** Wait until others had their turn, where the database is asked on the thread that answers everybody. */
  giveWay(): Promise<void>
  /** What its clock says, Unix ms; undefined when that is the clock of this machine. */
  clock(): Promise<number | undefined>
  /** How many connections are in use and how many wait for one; of SQLite, for the one that writes. */
  load(): DatabaseLoad
  /** What stands between us and the database: a pooler may give each transaction another connection. */
  pooler(): Promise<Pooler>
  /** How many connections PostgreSQL lets whoever is no superuser have, of all its clients; undefined where nobody counts them. */
  room(): Promise<number | undefined>
  /** Whether others are connected to the database; asked before this process has a second connection. Of a SQLite file `db-copy.ts` knows. */
  hasOthers(): Promise<boolean>
  /** In the transaction of a migration: wait while another process migrates, then let statements take longer than usual. */
  takeTurn(tx: Transaction<Schema>): Promise<void>
  /** Open connections by this URL from now on. False where it names another place than that in use, or there are none to open. */
  reach(url: string): boolean
  /** Waits for what is under way, not for ever. */
  close(): Promise<void>
}

export interface DatabaseLoad {
  readonly used: number
  readonly waiting: number
}

/** `session`: a connection to the pooler is one to the database, for as long as it is open; `transaction`: for one transaction at a time. */
export type Pooler = 'none' | 'session' | 'transaction'
