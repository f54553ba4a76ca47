import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import pg from 'pg'
import { openEngine } from '../src/platform/dialect.ts'
import type { Engine } from '../src/platform/dialect-engine.ts'
import type { GroupedUpdate, Row } from '../src/platform/group.ts'
import { migrate } from '../src/platform/migrate.ts'
import { migrations } from '../src/server.ts'
import { createDatabase } from '../test/postgres.ts'
import { type BenchPostgres, startDurablePostgres } from './antiphon/postgres.ts'
import { refreshesOf, refreshStatement, storeSessions } from './antiphon/stored-sessions.ts'
import { treeCpuMicros } from './machine/usage.ts'
import { DATA, type Plan } from './measure.ts'
import { type StorageRound, type StorageRow, storageRatios, storageTable } from './report/storage.ts'

/** Refreshes that share a commit. */
const GROUP = 16

/** How sessions were stored before they were written in place. */
const BEFORE = ['drop index sessions_sweep', 'create index sessions_idle on sessions (idle_expires_at)']
const BEFORE_POSTGRES = ['alter table sessions reset (fillfactor)', ...BEFORE]

type Contestant = {
  readonly name: string
  readonly engine: Engine
  readonly update: GroupedUpdate
  readonly move: (size: number) => Row[]
  readonly rounds: StorageRound[]
  /** Bytes of WAL written so far, and CPU of the database. */
  wal(): Promise<number | undefined>
  cpu(): number | undefined
  end(): Promise<Pick<StorageRow, 'inPlace' | 'bytesPerSession'>>
}

/** What does a refresh write, and how much of it into indexes? Against the schema of before, in the same run. */
export async function storage(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'storage-'))
  const postgres = await startDurablePostgres(plan.cpus.database)
  try {
    const update = await refreshStatement()
    const contestants = [
      await onPostgres(postgres, 'PostgreSQL', update, plan.users, []),
      await onPostgres(postgres, 'PostgreSQL, index of before', update, plan.users, BEFORE_POSTGRES),
      await onPostgres(postgres, 'PostgreSQL, without a look at grants', withoutGrants(update), plan.users, []),
      await onSqlite(directory, 'SQLite', update, plan.users, []),
      await onSqlite(directory, 'SQLite, index of before', update, plan.users, BEFORE),
      await onSqlite(directory, 'SQLite, without a look at grants', withoutGrants(update), plan.users, []),
    ]
    for (let round = 0; round < plan.rounds; round += 1)
      for (const one of contestants) one.rounds.push(await drive(one, plan.seconds))
    const rows: StorageRow[] = []
    for (const one of contestants) rows.push({ name: one.name, rounds: one.rounds, ...(await one.end()) })
    return { markdown: report(rows, plan), valid: true }
  } finally {
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function report(rows: readonly StorageRow[], { users, rounds, seconds }: Plan): string {
  const [now, before, bare, sqlite, sqliteBefore, sqliteBare] = rows as [
    StorageRow,
    StorageRow,
    StorageRow,
    StorageRow,
    StorageRow,
    StorageRow,
  ]
  return [
    `The statement of a refresh alone, without a server: ${users.toLocaleString('en-US')} sessions at random, ${GROUP} in a commit, one commit after the other; medians of ${rounds} interleaved rounds of ${seconds} s.`,
    'CPU is that of all processes of PostgreSQL, or of the process that has the SQLite file open. Each round of PostgreSQL begins with a checkpoint, so that its WAL has each page once in full.',
    '',
    storageTable(rows),
    '',
    storageRatios(now, before),
    storageRatios(bare, now),
    storageRatios(sqlite, sqliteBefore),
    storageRatios(sqliteBare, sqlite),
  ].join('\n')
}

/** What is left of the statement if it need not ask for scopes that run out: the most that knowing so could save. */
const withoutGrants = (update: GroupedUpdate): GroupedUpdate => {
  const returning = update.returning.replace(
    /\(select string_agg[\s\S]*?:now\) as granted_scopes/,
    'null as granted_scopes',
  )
  if (returning === update.returning) throw new Error('the statement asks for grants in another way')
  return { ...update, name: `${update.name}_bare`, returning }
}

async function prepare(url: string, count: number, changes: readonly string[]): Promise<Engine> {
  const engine = openEngine(url, () => {})
  await migrate(engine, migrations, Date.now())
  for (const change of changes) await engine.migrator.executeQuery(CompiledQuery.raw(change))
  await engine.migrator.transaction().execute(async (tx) => {
    await engine.takeTurn(tx)
    await storeSessions(tx, engine.kind, count)
  })
  return engine
}

async function onPostgres(
  server: BenchPostgres,
  name: string,
  update: GroupedUpdate,
  count: number,
  changes: readonly string[],
): Promise<Contestant> {
  const url = await createDatabase(server.url)
  const engine = await prepare(url, count, changes)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum (analyze) sessions, users, identifiers, grants')
  const ask = async (text: string) =>
    (await client.query<{ figure: string }>(`select ${text} as figure`)).rows[0]?.figure
  return {
    name,
    engine,
    update,
    move: refreshesOf(count),
    rounds: [],
    cpu: () => treeCpuMicros(server.pid),
    wal: async () => Number(await ask("pg_current_wal_lsn() - '0/0'")),
    async end() {
      // A connection tells what it has counted when it ends.
      await engine.close()
      const inPlace = await ask(
        "(select n_tup_hot_upd::float / n_tup_upd from pg_stat_user_tables where relname = 'sessions')",
      )
      const bytes = await ask("pg_total_relation_size('sessions')")
      await client.end()
      return { inPlace: Number(inPlace), bytesPerSession: Number(bytes) / count }
    },
  }
}

async function onSqlite(
  directory: string,
  name: string,
  update: GroupedUpdate,
  count: number,
  changes: readonly string[],
): Promise<Contestant> {
  const path = join(directory, `${name.replaceAll(/\W/g, '')}.db`)
  const engine = await prepare(`sqlite:${path}`, count, changes)
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return user + system
  }
  return {
    name,
    engine,
    update,
    move: refreshesOf(count),
    rounds: [],
    cpu,
    wal: async () => undefined,
    async end() {
      await engine.close()
      return { inPlace: undefined, bytesPerSession: statSync(path).size / count }
    },
  }
}

async function drive({ engine, update, move, wal, cpu }: Contestant, seconds: number): Promise<StorageRound> {
  if (engine.kind === 'postgres') await engine.migrator.executeQuery(CompiledQuery.raw('checkpoint'))
  const [walBefore, cpuBefore, begun] = [await wal(), cpu(), performance.now()]
  let done = 0
  while (performance.now() - begun < seconds * 1000) {
    const rows = move(GROUP)
    const moved = await engine.runGroup(update, rows)
    if (moved.some((one) => one === undefined)) throw new Error('a refresh was refused')
    done += rows.length
  }
  const took = (performance.now() - begun) / 1000
  const [walAfter, cpuAfter] = [await wal(), cpu()]
  const per = (after: number | undefined, before: number | undefined) =>
    after === undefined || before === undefined ? undefined : (after - before) / done
  return { refreshesPerSecond: done / took, cpuMicros: per(cpuAfter, cpuBefore), walBytes: per(walAfter, walBefore) }
}
