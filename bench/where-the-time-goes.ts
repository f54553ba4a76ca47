import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startAntiphon } from './antiphon/server.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { Generator } from './load/generator.ts'
import { DATA, type Plan } from './measure.ts'
import { profileTable } from './report/profile.ts'

const NAME = 'profiled refresh'

/** Where does the CPU time of one refresh on SQLite go? The profiler itself costs some of it. */
export async function whereTheTimeGoes(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'profile-'))
  const file = join(directory, 'server.cpuprofile')
  const databaseUrl = `sqlite:${join(directory, 'antiphon.db')}`
  const { server, host, stop } = await startAntiphon({ databaseUrl, cpus: plan.cpus, profileInto: file })
  const generator = new Generator(plan.cpus.generator)
  try {
    const sessions = await seedSessions(server.address, host, plan.clients)
    await generator.open(NAME, server.address, { kind: 'refresh', host, sessions }, plan.clients)
    await generator.drive(NAME, plan.warmUpSeconds, server.pid)
    process.kill(server.pid, 'SIGUSR2')
    const interval = await generator.drive(NAME, plan.seconds, server.pid)
    process.kill(server.pid, 'SIGUSR2')
    while (!existsSync(file)) await setTimeout(100)
    await setTimeout(500)
    const rate = Math.round(interval.requestsPerSecond)
    const markdown = profileTable(JSON.parse(readFileSync(file, 'utf8')), interval.cpuMicrosPerRequest)
    return {
      markdown: `CPU profile of the server under ${rate} refreshes/s:\n\n${markdown}`,
      valid: interval.problems.length === 0,
    }
  } finally {
    generator.stop()
    await stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
