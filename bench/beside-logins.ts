import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type Engine, startOn } from './antiphon/engine.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { allowPasswords, createPeople } from './antiphon/ways-in.ts'
import { Generator } from './load/generator.ts'
import type { Offered } from './load/protocol.ts'
import { type CpuPlan, NOT_PINNED } from './machine/cpus.ts'
import { DATA, type Plan } from './measure.ts'
import { besideTable, type Pair } from './report/beside.ts'

/** The server may hash on another processor than the one it answers on: with all of it held to one, this would ask the scheduler. */
const CPUS = NOT_PINNED
const REFRESH = 'refresh'
const LOGINS = 'password logins'
const LOGINS_PER_SECOND = 20
const LOGIN_CLIENTS = 8
/** Of what refresh can do: waiting then comes from what is beside it. */
const SHARE = 0.3

/** Does a refresh wait longer while other people log in by password? Both are offered at a fixed rate, whatever comes back. */
export async function besideLogins(plan: Plan): Promise<{ markdown: string; valid: boolean; cpus: CpuPlan }> {
  const results: { engine: Engine; rate: number; pairs: Pair[] }[] = []
  for (const engine of ENGINES) results.push({ engine, ...(await measureOn(engine, plan)) })
  return {
    markdown: besideTable(results, { loginsPerSecond: LOGINS_PER_SECOND, seconds: plan.seconds, share: SHARE }),
    valid: results.every(({ pairs }) => pairs.every(isSound)),
    cpus: CPUS,
  }
}

async function measureOn(engine: Engine, plan: Plan): Promise<{ rate: number; pairs: Pair[] }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'beside-'))
  const generator = new Generator(CPUS.generator)
  try {
    const { server, host, manage, stop } = await startOn(engine, { cpus: CPUS, directory })
    try {
      const sessions = await seedSessions(server.address, host, plan.clients)
      await generator.open(REFRESH, server.address, { kind: 'refresh', host, sessions }, plan.clients)
      await allowPasswords(manage)
      const people = await createPeople(manage, LOGIN_CLIENTS)
      await generator.open(LOGINS, server.address, { kind: 'password-login', host, people }, LOGIN_CLIENTS)
      return await alternate(generator, server.pid, plan)
    } finally {
      await stop()
    }
  } finally {
    generator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function alternate(generator: Generator, pid: number, plan: Plan): Promise<{ rate: number; pairs: Pair[] }> {
  await generator.drive(REFRESH, plan.warmUpSeconds, pid)
  const saturated = await generator.drive(REFRESH, plan.seconds, pid)
  const rate = Math.round((saturated.requestsPerSecond * SHARE) / 10) * 10
  const refreshes = { subject: REFRESH, ratePerSecond: rate }
  const logins = { subject: LOGINS, ratePerSecond: LOGINS_PER_SECOND }
  const alone = async () => (await generator.offer([refreshes], plan.seconds))[0] as Offered
  const beside = async () => (await generator.offer([refreshes, logins], plan.seconds)) as [Offered, Offered]

  await generator.offer([refreshes, logins], plan.warmUpSeconds)
  const pairs: Pair[] = []
  for (let round = 0; round < plan.rounds; round += 1) {
    const before = round % 2 === 0 ? await alone() : undefined
    const [refresh, login] = await beside()
    pairs.push({ alone: before ?? (await alone()), beside: refresh, logins: login })
  }
  return { rate, pairs }
}

const isSound = (pair: Pair) => Object.values(pair).every(({ problems }) => problems.length === 0)
