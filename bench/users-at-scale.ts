import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, externalIdOf, writeCrowd } from './antiphon/crowd.ts'
import { ENGINES, type Engine, type OnEngine, startOn } from './antiphon/engine.ts'
import type { Manage } from './antiphon/management.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { Generator } from './load/generator.ts'
import type { Offered } from './load/protocol.ts'
import { type CpuPlan, NOT_PINNED } from './machine/cpus.ts'
import { DATA, type Plan } from './measure.ts'
import { type CrowdRow, crowdTable } from './report/crowd.ts'

const CPUS = NOT_PINNED
const REFRESHES_PER_SECOND = 50
const LIVEZ_PER_SECOND = 50
const READS_PER_SECOND = 10
const CLIENTS = 4
const MAX_BYTES = 1_048_576
const BULK_ROWS = 1_000
const WATCHED_MS = 45_000

/** What is asked of the list beside the others, by name. */
const questions = (people: number): Readonly<Record<string, readonly string[]>> => ({
  'pages of 100': ['', '&after=usr_00000f84000000000000000000'],
  'pages of 500': ['&limit=500', '&limit=500&status=active', '&limit=500&created_after=2020-06-01T00:00:00Z'],
  'status inactive': ['&status=inactive', '&status=inactive&created_after=2020-06-01T00:00:00Z'],
  'by id, address': [`&query=${externalIdOf(people - 7)}`, `&query=${encodeURIComponent(addressOf(people / 2))}`],
  'by a rare name': ['&query=hopper77', '&query=ines%20ivanov5'],
  'by a common name': ['&query=a&limit=500', '&query=ada&status=inactive&limit=500'],
})

/** Does anybody wait while many users are listed, found, written by the thousand and changed by a job? */
export async function usersAtScale(plan: Plan): Promise<{ markdown: string; valid: boolean; cpus: CpuPlan }> {
  const rows: CrowdRow[] = []
  for (const engine of ENGINES) rows.push(...(await measureOn(engine, plan)))
  const conditions = {
    people: plan.users,
    seconds: plan.seconds,
    reads: READS_PER_SECOND,
    others: REFRESHES_PER_SECOND,
  }
  return {
    markdown: crowdTable(rows, conditions),
    valid: rows.every(({ problems }) => problems.length === 0),
    cpus: CPUS,
  }
}

async function measureOn(engine: Engine, plan: Plan): Promise<CrowdRow[]> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'crowd-'))
  const turns = join(directory, 'turns.json')
  const generator = new Generator(CPUS.generator)
  try {
    const server = await startOn(engine, { cpus: CPUS, directory }, { turnsInto: turns })
    try {
      await writeCrowd(server.databaseUrl, plan.users)
      return await measureBeside(server, generator, turns, plan, engine)
    } finally {
      await server.stop()
    }
  } finally {
    generator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measureBeside(server: OnEngine, generator: Generator, turns: string, plan: Plan, engine: Engine) {
  const { host, manage, managementKey } = server
  const { address, pid } = server.server
  const sessions = await seedSessions(address, host, plan.clients)
  await generator.open('refresh', address, { kind: 'refresh', host, sessions }, plan.clients)
  const open = (subject: string, paths: readonly string[]) =>
    generator.open(
      subject,
      address,
      { kind: 'read', host, headers: bearer(managementKey), paths, maxBytes: MAX_BYTES },
      CLIENTS,
    )
  await open('livez', ['/livez'])
  const rows: CrowdRow[] = []
  const measured = async (name: string, subject: string | undefined, work?: () => Promise<string>) => {
    await longestTurn(pid, turns)
    const [offered, note] = await Promise.all([offerBeside(generator, subject, plan), work?.()])
    rows.push({ engine, name, ...offered, note, longestTurnMs: await longestTurn(pid, turns) })
  }
  await generator.offer([{ subject: 'refresh', ratePerSecond: REFRESHES_PER_SECOND }], plan.warmUpSeconds)
  await measured('nothing', undefined)
  for (const [name, paths] of Object.entries(questions(plan.users))) {
    await open(
      name,
      paths.map((query) => `/v2/session/apps/demo/users?${query}`),
    )
    await generator.offer([{ subject: name, ratePerSecond: READS_PER_SECOND }], 1)
    await measured(name, name)
  }
  await measured('bulk, new', undefined, () => bulk(manage, 'new'))
  await measured('bulk, unchanged', undefined, () => bulk(manage, 'new'))
  await measured('job, counting all', undefined, () =>
    run(manage, { action: 'delete', filter: { all: true }, dry_run: true }),
  )
  await measured('job, blocking', undefined, () =>
    run(manage, { action: 'block', filter: { created_before: '2020-03-01T00:00:00Z' } }),
  )
  await measured('job, deleting', undefined, () =>
    run(manage, { action: 'delete', filter: { created_before: '2020-03-01T00:00:00Z' } }),
  )
  return rows
}

const bearer = (key: string) => `Authorization: Bearer ${key}\r\n`

async function offerBeside(generator: Generator, subject: string | undefined, plan: Plan) {
  const offers = [
    { subject: 'refresh', ratePerSecond: REFRESHES_PER_SECOND },
    { subject: 'livez', ratePerSecond: LIVEZ_PER_SECOND },
    ...(subject === undefined ? [] : [{ subject, ratePerSecond: READS_PER_SECOND }]),
  ]
  const [refresh, livez, asked] = (await generator.offer(offers, plan.seconds)) as [
    Offered,
    Offered,
    Offered | undefined,
  ]
  return { refresh, livez, asked, problems: [refresh, livez, asked].flatMap((one) => one?.problems ?? []) }
}

/** Ms of processor time since the last call. */
async function longestTurn(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  for (let waited = 0; waited < 200; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (text.endsWith('}')) return (JSON.parse(text) as { longestMs: number }).longestMs
  }
  throw new Error('the server does not say how long it worked at a time')
}

/** A thousand rows of 500 bytes, and how long that took. */
async function bulk(manage: Manage, name: string): Promise<string> {
  const users = Array.from({ length: BULK_ROWS }, (_, i) => ({
    external_id: `${name}-${i}`,
    identifiers: [{ type: 'email_address', value: `${name}${i}@bulk.example` }],
    profile: { first_name: 'Bulk', last_name: `Row ${i}`, text: 'x'.repeat(350) },
  }))
  const begun = performance.now()
  const { counts } = await manage('POST', '/users/bulk', { users })
  return `${BULK_ROWS} rows in ${seconds(begun)} s: ${JSON.stringify(counts)}`
}

type Job = { readonly id: string; readonly status: string; readonly matched: number; readonly done: number }

/** A job, for as long as it is watched: then it is cancelled. */
async function run(manage: Manage, body: object): Promise<string> {
  const begun = performance.now()
  let { job } = (await manage('POST', '/users/jobs', body)) as { job: Job }
  while (['counting', 'running'].includes(job.status) && performance.now() - begun < WATCHED_MS) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    job = ((await manage('GET', `/users/jobs/${job.id}`)) as { job: Job }).job
  }
  const note = `${job.status} after ${seconds(begun)} s: ${job.matched} meant, ${job.done} done`
  if (['counting', 'running'].includes(job.status)) await manage('POST', `/users/jobs/${job.id}/cancel`)
  return note
}

const seconds = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1)
