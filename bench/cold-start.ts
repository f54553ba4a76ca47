import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { bundle } from '../scripts/build.ts'
import { createApplication, environment } from './antiphon/server.ts'
import { startServer } from './machine/server-process.ts'
import { memoryOf } from './machine/usage.ts'
import { DATA, type Plan } from './measure.ts'
import { median } from './report/statistics.ts'

const STARTS = 7
const IDLE_SECONDS = 5
const READY_AIM_MS = 1_000
const IDLE_AIM_MIB = 120

/** How long until the release, with a migrated database, answers `/readyz`, and what does it hold when nobody calls? */
export async function coldStart(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'start-'))
  const env = environment(`sqlite:${join(directory, 'antiphon.db')}`)
  try {
    createApplication(env)
    const release = join(directory, 'antiphon.js')
    await bundle(release)
    const starts: Start[] = []
    for (let i = 0; i < STARTS; i += 1)
      starts.push(await startOnce(release, env, plan, i === STARTS - 1 ? IDLE_SECONDS : 0))
    const readyMs = median(starts.map((start) => start.readyMs)) ?? Number.NaN
    const idleMib = starts.at(-1)?.rssMib ?? Number.NaN
    const lines = [
      '| | | aim |',
      '|---|---:|---:|',
      `| from spawn to \`/readyz\`, median of ${STARTS} starts | ${readyMs.toFixed(0)} ms | ≤ ${READY_AIM_MS} ms |`,
      `| resident memory after ${IDLE_SECONDS} idle seconds | ${idleMib.toFixed(0)} MiB | ≤ ${IDLE_AIM_MIB} MiB |`,
    ]
    return { markdown: lines.join('\n'), valid: Number.isFinite(readyMs) && Number.isFinite(idleMib) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

type Start = { readonly readyMs: number; readonly rssMib: number }

async function startOnce(
  release: string,
  env: Record<string, string>,
  plan: Plan,
  idleSeconds: number,
): Promise<Start> {
  const startedAt = performance.now()
  const server = await startServer({ argv: [release, 'serve'], env, cpu: plan.cpus.server })
  try {
    const response = await fetch(`${server.address}/readyz`)
    if (!response.ok) throw new Error(`/readyz answered ${response.status}`)
    const readyMs = performance.now() - startedAt
    await setTimeout(idleSeconds * 1000)
    return { readyMs, rssMib: memoryOf(server.pid).rssMib }
  } finally {
    await server.stop()
  }
}
