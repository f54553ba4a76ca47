import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type Engine, startOn } from './antiphon/engine.ts'
import { fileOf } from './antiphon/import-file.ts'
import type { Manage } from './antiphon/management.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { Generator } from './load/generator.ts'
import type { Offered } from './load/protocol.ts'
import { type CpuPlan, NOT_PINNED } from './machine/cpus.ts'
import { memoryOf } from './machine/usage.ts'
import { DATA, type Plan } from './measure.ts'
import { type ImportRun, importsTable } from './report/imports.ts'

const CPUS = NOT_PINNED
const REFRESH = 'refresh'
/** Of what refresh can do: waiting then comes from what is beside it. */
const SHARE = 0.3
const POLL_MS = 250
/** What is asked is how much loading needs, not how much garbage V8 leaves on a machine that has room for it. */
const HEAP_MIB = 192

/** How fast is a file of users loaded, in how much memory, and does a refresh wait longer meanwhile? */
export async function imports(plan: Plan): Promise<{ markdown: string; valid: boolean; cpus: CpuPlan }> {
  const runs: ImportRun[] = []
  for (const engine of ENGINES) runs.push(await measureOn(engine, plan))
  const sound = (offered: Offered) => offered.problems.length === 0
  return {
    markdown: importsTable(runs, { users: plan.users, seconds: plan.seconds, share: SHARE, heapMib: HEAP_MIB }),
    valid: runs.every(({ pairs, loaded }) => loaded === plan.users && pairs.flat().every(sound)),
    cpus: CPUS,
  }
}

async function measureOn(engine: Engine, plan: Plan): Promise<ImportRun> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'imports-'))
  const generator = new Generator(CPUS.generator)
  try {
    const { server, host, manage, stop } = await startOn(engine, { cpus: CPUS, directory }, { heapMib: HEAP_MIB })
    try {
      const sessions = await seedSessions(server.address, host, plan.clients)
      await generator.open(REFRESH, server.address, { kind: 'refresh', host, sessions }, plan.clients)
      await generator.drive(REFRESH, plan.warmUpSeconds, server.pid)
      const saturated = await generator.drive(REFRESH, plan.seconds, server.pid)
      const rate = Math.round((saturated.requestsPerSecond * SHARE) / 10) * 10
      const memory = watchMemory(server.pid)
      const sent = await send(manage, plan.users)
      const pairs = await alternate(generator, manage, sent.id, rate, plan)
      const freed = await finish(manage, sent.id)
      return { engine, rate, pairs, sentSeconds: sent.seconds, ...freed, ...memory.stop() }
    } finally {
      await stop()
    }
  } finally {
    generator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function watchMemory(pid: number) {
  const startMib = memoryOf(pid).rssMib
  let peakMib = startMib
  const timer = setInterval(() => {
    peakMib = Math.max(peakMib, memoryOf(pid).rssMib)
  }, POLL_MS)
  return {
    stop() {
      clearInterval(timer)
      return { startMib, peakMib }
    },
  }
}

async function send(manage: Manage, users: number): Promise<{ id: string; seconds: number }> {
  const opened = await manage('POST', '/imports', { source: 'auth0', expect: users })
  const { id } = opened.import as { id: string }
  const begun = performance.now()
  let offset = 0
  for (const chunk of fileOf(users)) {
    await manage('PUT', `/imports/${id}/lines?offset=${offset}`, chunk)
    offset += chunk.byteLength
  }
  return { id, seconds: (performance.now() - begun) / 1000 }
}

type Import = { readonly status: string; readonly progress: { readonly lines: number } }
const read = async (manage: Manage, id: string) => (await manage('GET', `/imports/${id}`)).import as Import

/** Refreshes while the import is paused, and while it loads, for as long as there is something to load. */
async function alternate(generator: Generator, manage: Manage, id: string, rate: number, plan: Plan) {
  const offer = async () =>
    (await generator.offer([{ subject: REFRESH, ratePerSecond: rate }], plan.seconds))[0] as Offered
  const pairs: [Offered, Offered][] = []
  await manage('POST', `/imports/${id}/start`)
  for (let round = 0; round < plan.rounds; round += 1) {
    if ((await read(manage, id)).status !== 'loading') break
    await manage('POST', `/imports/${id}/pause`)
    const alone = await offer()
    await manage('POST', `/imports/${id}/resume`)
    const before = await read(manage, id)
    const beside = await offer()
    const { progress, status } = await read(manage, id)
    // Of a pair in which the import ended, nobody knows what was beside it.
    if (status !== 'loading') break
    pairs.push([alone, Object.assign(beside, { linesBeside: progress.lines - before.progress.lines })])
  }
  return pairs
}

/** The rest, with nobody beside it. */
async function finish(manage: Manage, id: string): Promise<{ loaded: number; freeRate: number | undefined }> {
  const begun = performance.now()
  const before = (await read(manage, id)).progress.lines
  for (;;) {
    const { status, progress } = await read(manage, id)
    const seconds = (performance.now() - begun) / 1000
    const rate = progress.lines > before ? (progress.lines - before) / seconds : undefined
    if (status === 'completed') return { loaded: progress.lines, freeRate: rate }
    if (status !== 'loading') throw new Error(`the import is ${status}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
