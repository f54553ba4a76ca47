import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Which logical CPU each process is held to; `undefined` leaves the choice to the operating system. */
export type CpuPlan = {
  readonly server: number | undefined
  readonly generator: number | undefined
  readonly database: number | undefined
}

export const NOT_PINNED: CpuPlan = { server: undefined, generator: undefined, database: undefined }

/** The numbers of a kernel CPU list such as `0-2,5`. */
export function parseCpuList(list: string): number[] {
  return Array.from(list.matchAll(/(\d+)(?:-(\d+))?/g)).flatMap(([, from, to = from]) => {
    const first = Number(from)
    const last = Number(to)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/** Gives the server a CPU of its own; generator and database share the second one unless there is a third. */
export function planCpus(): CpuPlan {
  const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0
  if (!hasTaskset || !existsSync('/proc/self/status')) return NOT_PINNED
  const line = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  const [server, generator, database] = parseCpuList(line?.[1] ?? '')
  if (server === undefined || generator === undefined) return NOT_PINNED
  return { server, generator, database: database ?? generator }
}

/** The command line that runs `argv` on one CPU. */
export function pinned(cpu: number | undefined, argv: readonly [string, ...string[]]): [string, ...string[]] {
  return cpu === undefined ? [...argv] : ['taskset', '-c', String(cpu), ...argv]
}

/** How the processes were placed, as a sentence for the report. */
export function describePlan(plan: CpuPlan): string {
  if (plan.server === undefined) return 'nothing is pinned to a CPU'
  const rest =
    plan.database === plan.generator
      ? `load generator and PostgreSQL share CPU ${plan.generator}`
      : `load generator on CPU ${plan.generator}, PostgreSQL on CPU ${plan.database}`
  return `server pinned to CPU ${plan.server}, ${rest} (taskset)`
}
