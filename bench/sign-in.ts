import { join } from 'node:path'
import { startAntiphon } from './antiphon/server.ts'
import { describeRounds, measure, type Plan } from './measure.ts'
import { table } from './report/table.ts'
import type { Running, Setting, Subject } from './subjects/subject.ts'

/** How fast do people come over from a legacy system: the migration, and the finalize that completes it? */
export async function signIn(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  let shared: Promise<Shared> | undefined
  const antiphon = (setting: Setting) => {
    shared ??= startShared(setting)
    return shared
  }
  const subjects: Subject[] = [
    { name: MIGRATION, start: async (setting) => running(MIGRATION, setting, await antiphon(setting)) },
    { name: FINALIZE, start: async (setting) => running(FINALIZE, setting, await antiphon(setting)) },
  ]
  const rows = await measure(subjects, { ...plan, inOrder: true })
  return {
    markdown: `${describeRounds(plan)}\n\n${table(rows)}`,
    valid: rows.every((row) => row.problem === undefined),
  }
}

type Shared = { readonly pid: number; stop(): Promise<void> }

const MIGRATION = 'migration (new person, local hook), SQLite'
const FINALIZE = 'finalize (new key), SQLite'
const POOL = 'sign-in'

/** One server for both rows: each round of `finalize` spends the challenge tokens of the round of `migration` before. */
async function startShared(setting: Setting): Promise<Shared> {
  const databaseUrl = `sqlite:${join(setting.directory, 'sign-in.db')}`
  const { server, host, stop } = await startAntiphon({ databaseUrl, cpus: setting.cpus })
  const { generator, clients } = setting
  try {
    await generator.open(MIGRATION, server.address, { kind: 'migration', host, pool: POOL }, clients)
    await generator.open(FINALIZE, server.address, { kind: 'finalize', host, pool: POOL }, clients)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: server.pid, stop }
}

function running(name: string, setting: Setting, { pid, stop }: Shared): Running {
  return { drive: (seconds) => setting.generator.drive(name, seconds, pid), stop }
}
