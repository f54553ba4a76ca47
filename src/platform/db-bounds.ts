/** How long anything waits for the database, ms, and how much may wait. Each is a deadline of this process's own, whatever the database promises. */
export interface Bounds {
  /** PostgreSQL: how many connections there are at most. */
  readonly connections: number
  /** PostgreSQL: to connect, and to be lent a connection of the pool. */
  readonly connectMs: number
  /** PostgreSQL gives up a statement after this long … */
  readonly statementMs: number
  /** … and this process the connection that has not answered by then. */
  readonly answerMs: number
  /** PostgreSQL: for a row or table that another transaction has locked. */
  readonly lockMs: number
  /** PostgreSQL ends a transaction that is not continued. */
  readonly idleMs: number
  /** SQLite: for a file that another process has locked. The thread sleeps for none of it but a few milliseconds at a time. */
  readonly busyMs: number
  /** SQLite: for the one connection that writes. */
  readonly turnMs: number
  /** How many may wait for a connection; more are refused at once. */
  readonly waiting: number
  /** A shared write: its answer. */
  readonly groupMs: number
  /** A migration: while another process migrates … */
  readonly migrationTurnMs: number
  /** … and for each of its statements, which may have to look at every row there is. */
  readonly migrationMs: number
  /** Whether requests can be answered: to find out … */
  readonly readinessMs: number
  /** … and how long that is believed, however many ask. */
  readonly verdictMs: number
  /** Closing: for what is under way. */
  readonly closeMs: number
}

export const BOUNDS: Bounds = {
  connections: 16,
  connectMs: 5_000,
  statementMs: 10_000,
  answerMs: 12_000,
  lockMs: 3_000,
  idleMs: 30_000,
  busyMs: 2_000,
  turnMs: 5_000,
  waiting: 1_000,
  groupMs: 5_000,
  migrationTurnMs: 60_000,
  migrationMs: 3_600_000,
  readinessMs: 2_000,
  verdictMs: 1_000,
  closeMs: 5_000,
}
