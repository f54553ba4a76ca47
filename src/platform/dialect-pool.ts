import pg from 'pg'
import type { Bounds } from './db-bounds.ts'
import { judgeFault, Unavailable } from './db-fault.ts'
import type { DatabaseLoad } from './dialect-engine.ts'

/** A statement for `pg`. Named ones are prepared once for each connection. */
export interface Statement {
  readonly text: string
  readonly values?: unknown[]
  readonly name?: string
}

/** A connection, for as long as it is lent. */
export interface Lent {
  /** Throws `Unavailable` when there is no answer in time; the connection is then gone. */
  query<R extends pg.QueryResultRow>(text: string | Statement, values?: unknown[]): Promise<pg.QueryResult<R>>
  /** The number by which the server, or a pooler, said that it can be reached. */
  readonly backend: number | undefined
  /** Give it back. One that has spoken of itself, or is inside a transaction, is closed instead. */
  release(): void
}

/** Connections to PostgreSQL, none of which is waited for without a bound or used again after a fault of its own. */
export interface Pool {
  lend(): Promise<Lent>
  /** A statement by itself. `answerMs`: its own deadline. */
  query<R extends pg.QueryResultRow>(statement: Statement, answerMs?: number): Promise<pg.QueryResult<R>>
  load(): DatabaseLoad
  /** Open connections by this from now on. */
  reach(connectionString: string): void
  end(): Promise<void>
}

export interface PoolOptions {
  readonly connectionString: string
  readonly max: number
  /** SQL for each new connection. */
  readonly prepare?: string
  onError(error: Error): void
}

/** A connection that idles for longer may be one that a firewall has forgotten; one that lives for longer, to a server that serves no more. */
const IDLE_MS = 10_000
const MAX_AGE_SECONDS = 600
const KEEP_ALIVE_AFTER_MS = 10_000

export function openPool({ connectionString, max, prepare, onError }: PoolOptions, bounds: Bounds): Pool {
  const live = new Set<pg.PoolClient>()
  const pool = new pg.Pool({
    connectionString,
    max,
    types: { getTypeParser },
    connectionTimeoutMillis: bounds.connectMs,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: MAX_AGE_SECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    Client: PartingClient,
    // The pool waits for it, whatever its type says.
    onConnect: (client) => prepare && ask(client as pg.Client, { text: prepare }, bounds.connectMs),
  })
  pool.on('error', onError)
  pool.on('connect', (client) => {
    live.add(client)
    // A connection that dies while in use fails its query; its `error` event, unheard, would end the process.
    client.on('error', () => {})
  })
  pool.on('remove', (client) => live.delete(client))

  const lend = async (answerMs = bounds.answerMs): Promise<Lent> => {
    if (pool.waitingCount >= bounds.waiting) {
      throw new Unavailable('unavailable', `${bounds.waiting} wait for a connection already`)
    }
    return lent(await pool.connect().catch(rethrow), answerMs)
  }
  return {
    lend,
    async query(statement, answerMs) {
      const one = await lend(answerMs)
      try {
        return await one.query(statement)
      } finally {
        one.release()
      }
    },
    reach(next) {
      pool.options.connectionString = next
    },
    load: () => ({ used: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }),
    async end() {
      if (pool.ending) return
      const cut = setTimeout(() => {
        for (const client of live) client.connection.stream.destroy()
      }, bounds.closeMs)
      await pool.end().finally(() => clearTimeout(cut))
    },
  }
}

function lent(client: pg.PoolClient, answerMs: number): Lent {
  let isBroken = false
  return {
    async query<R extends pg.QueryResultRow>(text: string | Statement, values?: unknown[]) {
      if (isBroken) throw new Unavailable('connection', 'the connection to the database is lost')
      const statement = typeof text === 'string' ? { text, ...(values && { values }) } : text
      try {
        return await ask<R>(client, statement, answerMs)
      } catch (error) {
        isBroken ||= judgeFault(error) === 'connection'
        throw error
      }
    },
    backend: (client as { processID?: number }).processID,
    release: () => client.release(isBroken || client.getTransactionStatus() !== 'I'),
  }
}

async function ask<R extends pg.QueryResultRow>(client: pg.Client, statement: Statement, answerMs: number) {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    client.connection.stream.destroy()
  }, answerMs)
  try {
    const result = await client.query<R>(statement)
    // Where a statement failed and its error was swallowed, PostgreSQL answers so, and forgets everything.
    if (statement.text === 'commit' && result.command === 'ROLLBACK')
      throw new Error('the commit was answered by a rollback')
    return result
  } catch (error) {
    if (isLate)
      throw new Unavailable('connection', `the database did not answer within ${answerMs} ms`, { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Faults of connecting that `pg` tells without a code get ours. */
function rethrow(error: Error): never {
  if ('code' in error || judgeFault(error) !== 'connection') throw error
  throw new Unavailable('connection', error.message, { cause: error })
}

const PARTING_MS = 2_000

/** Closes the socket when the other side does not say goodbye: a pool goes on only once its connection is closed. */
class PartingClient extends pg.Client {
  override end(): Promise<void>
  override end(callback: (error: Error) => void): void
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    const cut = setTimeout(() => this.connection.stream.destroy(), PARTING_MS).unref()
    this.connection.once('end', () => clearTimeout(cut))
    if (!callback) return super.end()
    super.end(callback)
    return undefined
  }
}

const INT8 = 20

/** Every integer of ours is a count or milliseconds: below 2^53. */
const getTypeParser = ((oid: number, format?: 'text') =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser
