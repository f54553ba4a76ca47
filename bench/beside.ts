import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type Engine, type OnEngine, startOn } from './antiphon/engine.ts'
import { fileOf } from './antiphon/import-file.ts'
import { fillDeadSessions, fillSessions, openSql, readTemplates, type Sql } from './antiphon/many-sessions.ts'
import { runCli } from './antiphon/server.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { allowPasswords, createPeople } from './antiphon/ways-in.ts'
import { Generator } from './load/generator.ts'
import type { Offered } from './load/protocol.ts'
import { type CpuPlan, NOT_PINNED } from './machine/cpus.ts'
import { DATA, type Plan } from './measure.ts'
import { type BesideRow, besideWorkTable } from './report/beside-work.ts'

/** The server may hash on another processor than the one it answers on. */
const CPUS = NOT_PINNED
const REFRESH = 'refresh'
const LOGINS = 'password logins'
const LOGINS_PER_SECOND = 20
const LOGIN_CLIENTS = 8
/** Of what refresh can do: waiting then comes from what is beside it. */
const SHARE = 0.3
const DAY_MS = 86_400_000
const DEAD_DAYS = 60

type World = { readonly on: OnEngine; readonly sql: Sql; readonly plan: Plan; readonly generator: Generator }

/** Something that is done beside refreshes. */
type Work = {
  readonly name: string
  /** Makes ready what takes long, before anything is measured. */
  prepare(world: World): Promise<void>
  begin(world: World): Promise<void>
  /** Whether there is something left to do. */
  goesOn(world: World): Promise<boolean>
  /** What is offered beside the refreshes, where that is the work. */
  readonly offer?: { readonly subject: string; readonly ratePerSecond: number }
}

/** Does a refresh wait longer while people log in by password, many are imported, dead sessions are swept, or an application is erased? */
export async function beside(plan: Plan): Promise<{ markdown: string; valid: boolean; cpus: CpuPlan }> {
  const rows: BesideRow[] = []
  for (const engine of ENGINES) for (const work of WORKS) rows.push(await measureOn(engine, work, plan))
  return {
    markdown: besideWorkTable(rows, { ...plan, share: SHARE, loginsPerSecond: LOGINS_PER_SECOND }),
    valid: rows.every(({ pairs }) => pairs.flat().every(({ problems }) => problems.length === 0)),
    cpus: CPUS,
  }
}

async function measureOn(engine: Engine, work: Work, plan: Plan): Promise<BesideRow> {
  process.stderr.write(`${engine}: beside ${work.name}\n`)
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'beside-'))
  const generator = new Generator(CPUS.generator)
  try {
    const on = await startOn(engine, { cpus: CPUS, directory })
    const sql = openSql(on.databaseUrl)
    try {
      const { address, pid } = on.server
      const sessions = await seedSessions(address, on.host, plan.clients)
      await generator.open(REFRESH, address, { kind: 'refresh', host: on.host, sessions }, plan.clients)
      await work.prepare({ on, sql, plan, generator })
      await generator.drive(REFRESH, plan.warmUpSeconds, pid)
      const saturated = await generator.drive(REFRESH, plan.seconds, pid)
      const rate = Math.round((saturated.requestsPerSecond * SHARE) / 10) * 10
      return { engine, name: work.name, rate, pairs: await alternate(work, { on, sql, plan, generator }, rate) }
    } finally {
      await sql.close()
      await on.stop()
    }
  } finally {
    generator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Rounds without, then as many with it: what cannot be paused is not begun twice. A round in which the work ended is not counted. */
async function alternate(work: Work, world: World, rate: number): Promise<(readonly [Offered, Offered])[]> {
  const { generator, plan } = world
  const refreshes = { subject: REFRESH, ratePerSecond: rate }
  const offer = async (others: readonly { subject: string; ratePerSecond: number }[]) =>
    (await generator.offer([refreshes, ...others], plan.seconds))[0] as Offered
  const alone: Offered[] = []
  for (let round = 0; round < plan.rounds; round += 1) alone.push(await offer([]))
  await work.begin(world)
  const pairs: (readonly [Offered, Offered])[] = []
  for (const before of alone) {
    const offered = await offer(work.offer ? [work.offer] : [])
    if (!(await work.goesOn(world))) break
    pairs.push([before, offered])
  }
  return pairs
}

const logins: Work = {
  name: `${LOGINS_PER_SECOND} password logins/s`,
  offer: { subject: LOGINS, ratePerSecond: LOGINS_PER_SECOND },
  async prepare({ on, generator }) {
    await allowPasswords(on.manage)
    const people = await createPeople(on.manage, LOGIN_CLIENTS)
    await generator.open(LOGINS, on.server.address, { kind: 'password-login', host: on.host, people }, LOGIN_CLIENTS)
  },
  async begin({ generator, plan }) {
    await generator.offer([{ subject: LOGINS, ratePerSecond: LOGINS_PER_SECOND }], plan.warmUpSeconds)
  },
  goesOn: async () => true,
}

const newest = async ({ on }: World) =>
  ((await on.manage('GET', '/imports')).imports as { id: string; status: string }[])[0] as {
    id: string
    status: string
  }

const bulkImport: Work = {
  name: 'a bulk import',
  async prepare({ on: { manage }, plan }) {
    const { id } = (await manage('POST', '/imports', { source: 'auth0', expect: plan.users })).import as { id: string }
    let offset = 0
    for (const chunk of fileOf(plan.users)) {
      await manage('PUT', `/imports/${id}/lines?offset=${offset}`, chunk)
      offset += chunk.byteLength
    }
  },
  begin: async (world) => void (await world.on.manage('POST', `/imports/${(await newest(world)).id}/start`)),
  goesOn: async (world) => (await newest(world)).status === 'loading',
}

/** A row of a session that nobody has asked for is written long ago: those who are measured keep theirs. */
const fillOf = async ({ sql, plan }: World) => ({
  templates: await readTemplates(sql),
  from: 0,
  to: plan.users,
  since: Date.now() - 400 * DAY_MS,
  jkts: ['x'.repeat(43)],
})

const runNow = ({ sql }: World, kind: string) => sql.run(`update jobs set run_at = 0 where kind = '${kind}'`)
const isAny = async ({ sql }: World, rest: string) => (await sql.run(`select 1 from ${rest} limit 1`)).length > 0

const sweep: Work = {
  name: 'a sweep of dead sessions',
  prepare: async (world) => fillDeadSessions(world.sql, await fillOf(world), DEAD_DAYS),
  begin: async (world) => void (await runNow(world, 'sweep/sessions')),
  goesOn: (world) => isAny(world, `sessions where app_id = 'demo' and jkt = '${'x'.repeat(43)}'`),
}

const OTHER = 'erased'

const erasure: Work = {
  name: 'the erasure of an application',
  async prepare(world) {
    runCli(world.on.env, ['apps', 'create', OTHER, '--mode', 'dev'])
    await fillSessions(world.sql, { ...(await fillOf(world)), app: OTHER, to: 2 * world.plan.users })
  },
  async begin(world) {
    runCli(world.on.env, ['apps', 'delete', OTHER, '--yes'])
    await runNow(world, 'applications/erase')
  },
  goesOn: (world) => isAny(world, `users where app_id = '${OTHER}'`),
}

const WORKS: readonly Work[] = [logins, bulkImport, sweep, erasure]
