import { generateKeyPairSync, type webcrypto } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { bundle } from '../scripts/build.ts'
import { type PublicJwk, thumbprint } from '../src/crypto/jwk.ts'
import { ENGINES, type Engine } from './antiphon/engine.ts'
import {
  fillDeadSessions,
  fillSessions,
  firstTokenOf,
  openSql,
  readTemplates,
  type Sql,
  sessionIdOf,
  type Templates,
} from './antiphon/many-sessions.ts'
import { startDurablePostgres } from './antiphon/postgres.ts'
import { runCli, startAntiphon } from './antiphon/server.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { Generator } from './load/generator.ts'
import type { Interval } from './load/protocol.ts'
import { type ServerProcess, startServer } from './machine/server-process.ts'
import { DATA, type Plan } from './measure.ts'
import { type MeasuredAt, measuredOf } from './report/figures.ts'
import { type ScaleRow, scaleTable } from './report/scale.ts'
import { median } from './report/statistics.ts'

const SUBJECT = 'refresh'
const STARTS = 3
/** Of each client; every round goes on where the last one ended, so that a session is seldom refreshed twice. */
const SESSIONS_PER_CLIENT = 2_500
/** Dead sessions that a sweep finds among the living: a tenth, and so many at most. */
const MOST_SWEPT = 100_000
const DEAD_DAYS = 60
const DAY_MS = 86_400_000
const WATCH_MS = 50

type Keys = readonly { readonly privateJwk: webcrypto.JsonWebKey; readonly jkt: string }[]

/** A database that grows, and how a server is started on it. */
type Ground = {
  readonly engine: Engine
  readonly directory: string
  readonly databasePid: number | undefined
  readonly env: Record<string, string>
  readonly host: string
  readonly sql: Sql
  readonly templates: Templates
  readonly keys: Keys
  readonly since: number
  readonly plan: Plan
}

/** Is a refresh as fast among ten million sessions as among ten thousand, and how long do start, sweep and backup take? */
export async function scale(plan: Plan): Promise<{ markdown: string; valid: boolean; figures: object }> {
  const rows: ScaleRow[] = []
  for (const engine of ENGINES) {
    mkdirSync(DATA, { recursive: true })
    const directory = mkdtempSync(join(DATA, 'scale-'))
    try {
      rows.push(...(await measureOn(engine, directory, plan)))
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return {
    markdown: scaleTable(rows, plan),
    valid: rows.every(({ problem }) => problem === undefined),
    figures: { rows: rows.map(figureOf) },
  }
}

/** What documents tell of it. */
const figureOf = ({ engine, sessions, bytesPerSession, walBytesPerRefresh, ...row }: ScaleRow): MeasuredAt => ({
  engine,
  sessions,
  bytesPerSession: Math.round(bytesPerSession),
  ...(walBytesPerRefresh !== undefined && { walBytes: Math.round(walBytesPerRefresh) }),
  ...measuredOf(row),
})

async function measureOn(engine: Engine, directory: string, plan: Plan): Promise<ScaleRow[]> {
  const postgres = engine === 'PostgreSQL' ? await startDurablePostgres(plan.cpus.database) : undefined
  const databaseUrl = postgres?.url ?? `sqlite:${join(directory, 'antiphon.db')}`
  const sql = openSql(databaseUrl)
  try {
    await bundle(releaseIn(directory))
    const { env, host, server, stop } = await startAntiphon({ databaseUrl, cpus: plan.cpus })
    await seedSessions(server.address, host, 1).finally(stop)
    const since = Date.now() - 20 * DAY_MS
    const templates = await readTemplates(sql)
    return await grow({
      engine,
      directory,
      databasePid: postgres?.pid,
      env,
      host,
      sql,
      templates,
      keys: makeKeys(plan.clients),
      since,
      plan,
    })
  } finally {
    await sql.close()
    await postgres?.stop()
  }
}

/** Of what is measured here; it is what operators start. */
const releaseIn = (directory: string) => join(directory, 'antiphon.js')

async function grow(ground: Ground): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = []
  let from = 0
  for (const to of ground.plan.sizes) {
    process.stderr.write(`${ground.engine}: ${to} sessions\n`)
    rows.push(await measureAt(ground, from, to))
    from = to
  }
  return rows
}

async function measureAt(ground: Ground, from: number, to: number): Promise<ScaleRow> {
  const { engine, sql } = ground
  const fillSeconds = await seconds(async () => {
    await fillSessions(sql, { ...ground, from, to, jkts: ground.keys.map(({ jkt }) => jkt) })
    for (const statement of settle(sql)) await sql.run(statement)
  })
  const bytesPerSession = (await sizeOfSessions(sql)) / to
  const readyMs: number[] = []
  for (let i = 0; i < STARTS; i += 1) readyMs.push(await startOnce(ground))
  const server = await start(ground)
  try {
    const refreshes = await refresh(ground, server, to)
    const sweptPerSecond = await sweep(ground, Math.min(MOST_SWEPT, Math.floor(to / 10)))
    const backupSeconds = await seconds(() => backUp(ground))
    return {
      engine,
      sessions: to,
      fillSeconds,
      bytesPerSession,
      readyMs: median(readyMs),
      ...refreshes,
      sweptPerSecond,
      backupSeconds,
    }
  } finally {
    await server.stop()
  }
}

/** What a database has done by itself an hour after it was filled. */
const settle = ({ isSqlite }: Sql) =>
  isSqlite
    ? ['pragma wal_checkpoint(truncate)', 'analyze']
    : ['vacuum (analyze) sessions', 'vacuum (analyze) users', 'vacuum (analyze) identifiers', 'checkpoint']

const start = ({ env, plan, directory }: Ground): Promise<ServerProcess> =>
  startServer({ argv: [releaseIn(directory), 'serve'], env, cpu: plan.cpus.server })

/** Ms from spawn to an answer of `/readyz`. */
async function startOnce(ground: Ground): Promise<number> {
  const begun = performance.now()
  const server = await start(ground)
  try {
    const { ok, status } = await fetch(`${server.address}/readyz`)
    if (!ok) throw new Error(`/readyz answered ${status}`)
    return performance.now() - begun
  } finally {
    await server.stop()
  }
}

const makeKeys = (count: number): Keys =>
  Array.from({ length: count }, () => {
    const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    const { kty, crv, x, y } = privateJwk
    return { privateJwk, jkt: thumbprint({ kty, crv, x, y } as PublicJwk) }
  })

/** Sessions of each client, drawn from all of them. */
function drawSessions({ env, keys, since }: Ground, count: number) {
  const each = Math.min(SESSIONS_PER_CLIENT, Math.floor(count / keys.length))
  return keys.map(({ privateJwk }, client) => {
    const drawn = new Set<number>()
    while (drawn.size < each)
      drawn.add(Math.floor(Math.random() * Math.floor(count / keys.length)) * keys.length + client)
    return {
      privateJwk,
      refreshTokens: [...drawn].map((i) => firstTokenOf(String(env.ANTIPHON_MASTER_KEY), sessionIdOf(i, since))),
    }
  })
}

async function refresh(
  ground: Ground,
  server: ServerProcess,
  count: number,
): Promise<Pick<ScaleRow, 'intervals' | 'problem' | 'hotShare' | 'walBytesPerRefresh'>> {
  const { plan, databasePid } = ground
  // The port is another one at each start, and no part of what a proof is for.
  const host = ground.host.replace(/:\d+$/, `:${new URL(server.address).port}`)
  const generator = new Generator(plan.cpus.generator)
  try {
    await generator.open(
      SUBJECT,
      server.address,
      { kind: 'refresh-many', host, owners: drawSessions(ground, count) },
      plan.clients,
    )
    const drive = (length: number) => generator.drive(SUBJECT, length, server.pid, databasePid)
    await drive(plan.warmUpSeconds)
    const before = await writesOf(ground.sql)
    const intervals: Interval[] = []
    for (let round = 0; round < plan.rounds; round += 1) intervals.push(await drive(plan.seconds))
    const requests = intervals.reduce((sum, interval) => sum + interval.requests, 0)
    return {
      intervals,
      problem: intervals.flatMap(({ problems }) => problems)[0],
      ...(before && (await writesSince(ground.sql, before, requests))),
    }
  } finally {
    generator.stop()
  }
}

type Writes = { readonly updates: number; readonly hot: number; readonly wal: number }

const WRITES = `select n_tup_upd as updates, n_tup_hot_upd as hot, pg_current_wal_lsn() - '0/0' as wal from pg_stat_user_tables where relname = 'sessions'`
/** Statistics of PostgreSQL come by so late. */
const STATISTICS_MS = 2_000

async function writesOf(sql: Sql): Promise<Writes | undefined> {
  if (sql.isSqlite) return undefined
  await setTimeout(STATISTICS_MS)
  const [row] = await sql.run(WRITES)
  return { updates: Number(row?.updates), hot: Number(row?.hot), wal: Number(row?.wal) }
}

async function writesSince(sql: Sql, before: Writes, requests: number) {
  const after = await writesOf(sql)
  if (!after) return {}
  return {
    hotShare: (after.hot - before.hot) / (after.updates - before.updates),
    walBytesPerRefresh: (after.wal - before.wal) / requests,
  }
}

/** Dead sessions per second that the server's own sweep deletes, with nobody beside it, from the first to the last. */
async function sweep(ground: Ground, count: number): Promise<number | undefined> {
  const { sql, keys, since } = ground
  const before = since - 400 * DAY_MS
  await fillDeadSessions(
    sql,
    { ...ground, since: before, from: 0, to: count, jkts: keys.map(({ jkt }) => jkt) },
    DEAD_DAYS,
  )
  const left = async () =>
    Number(
      (await sql.run(`select count(*) as n from sessions where app_id = 'demo' and id < '${sessionIdOf(0, since)}'`))[0]
        ?.n,
    )
  await sql.run(`update jobs set run_at = 0 where id = 'job_sweep/sessions'`)
  while ((await left()) === count) await setTimeout(WATCH_MS)
  const [begun, first] = [performance.now(), await left()]
  while ((await left()) > 0) await setTimeout(WATCH_MS)
  return first === 0 ? undefined : (first * 1000) / (performance.now() - begun)
}

/** Of SQLite its own backup; of PostgreSQL what `pg_dump` does: every table read whole, by COPY. */
async function backUp({ sql, env, directory }: Ground): Promise<void> {
  if (!sql.isSqlite) {
    for (const table of ['sessions', 'users', 'identifiers']) await sql.run(`copy ${table} to '/dev/null'`)
    return
  }
  const file = join(directory, `backup-${performance.now()}.db`)
  runCli(env, ['backup', file])
  rmSync(file)
}

async function sizeOfSessions(sql: Sql): Promise<number> {
  const text = sql.isSqlite
    ? `select sum(pgsize) as bytes from dbstat where name in (select name from sqlite_schema where tbl_name = 'sessions')`
    : `select pg_total_relation_size('sessions') as bytes`
  return Number((await sql.run(text))[0]?.bytes)
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}
