import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { bundle } from '../scripts/build.ts'
import { createApplication, environment } from './antiphon/server.ts'
import { startServer } from './machine/server-process.ts'
import { memoryOf } from './machine/usage.ts'
import { DATA, type Plan } from './measure.ts'
import { median } from './report/statistics.ts'
import { aimed } from './report/table.ts'

const STARTS = 7
const IDLE_SECONDS = 5
const READY_AIM_MS = 300
const IDLE_AIM_MIB = 100

/**
 * How long until the release, with a migrated database, answers `/readyz`, and what does it hold when nobody calls? Beside it, start by start, the release
 * before, whose `antiphon.js` `--before` names.
 */
export async function coldStart(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'start-'))
  const release = join(directory, 'antiphon.js')
  await bundle(release)
  const subjects = [release, ...(plan.before === undefined ? [] : [resolve(plan.before)])].map((command) => {
    const name = command === release ? 'this release' : 'the release before'
    const env = environment(`sqlite:${join(directory, `${name.replaceAll(' ', '-')}.db`)}`)
    createApplication(env, command)
    return { name, command, env, starts: [] as Start[] }
  })
  try {
    for (let i = 0; i < STARTS; i += 1)
      for (const { command, env, starts } of subjects) starts.push(await startOnce(command, env, plan))
    const rows = subjects.map(({ name, starts }) => {
      const readyMs = median(starts.map((start) => start.readyMs)) ?? Number.NaN
      const rssMib = median(starts.map((start) => start.rssMib)) ?? Number.NaN
      const isOurs = name === 'this release'
      const told = [
        `${readyMs.toFixed(0)}${isOurs ? aimed(readyMs, { atMost: READY_AIM_MS }) : ''}`,
        `${rssMib.toFixed(0)}${isOurs ? aimed(rssMib, { atMost: IDLE_AIM_MIB }) : ''}`,
      ]
      return { readyMs, rssMib, line: `| ${name} | ${told.join(' | ')} |` }
    })
    const head = `Medians of ${STARTS} starts, in turn; the first of each has nothing compiled to read.`
    const title = `| | ms from spawn to \`/readyz\` | MiB resident after ${IDLE_SECONDS} idle seconds |\n|---|---:|---:|`
    return {
      markdown: [head, '', title, ...rows.map(({ line }) => line)].join('\n'),
      valid: rows.every(({ readyMs, rssMib }) => Number.isFinite(readyMs) && Number.isFinite(rssMib)),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

type Start = { readonly readyMs: number; readonly rssMib: number }

async function startOnce(release: string, env: Record<string, string>, plan: Plan): Promise<Start> {
  const startedAt = performance.now()
  const server = await startServer({ argv: [release, 'serve'], env, cpu: plan.cpus.server })
  try {
    const response = await fetch(`${server.address}/readyz`)
    if (!response.ok) throw new Error(`/readyz answered ${response.status}`)
    const readyMs = performance.now() - startedAt
    await setTimeout(IDLE_SECONDS * 1000)
    return { readyMs, rssMib: memoryOf(server.pid).rssMib }
  } finally {
    await server.stop()
  }
}
