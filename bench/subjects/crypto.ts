import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Interval } from '../load/protocol.ts'
import { pinned } from '../machine/cpus.ts'
import type { Subject } from './subject.ts'

const SCRIPT = fileURLToPath(new URL('../crypto.ts', import.meta.url))

/** The floor: the primitives of one refresh, with no HTTP and no storage. */
export const cryptoAlone: Subject = {
  name: 'the crypto of one refresh alone',
  async start({ cpus }) {
    return { drive: (seconds) => run(cpus.server, seconds), stop: async () => {} }
  },
}

async function run(cpu: number | undefined, seconds: number): Promise<Interval> {
  const [command, ...args] = pinned(cpu, [process.execPath, SCRIPT, String(seconds)])
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`crypto.ts ended with ${code}`)
  const { operations, wallSeconds, cpuMicros } = JSON.parse(output) as Record<string, number>
  if (!operations || !wallSeconds || !cpuMicros) throw new Error('crypto.ts measured nothing')
  return {
    requests: operations,
    requestsPerSecond: operations / wallSeconds,
    p50Ms: undefined,
    p99Ms: undefined,
    cpuMicrosPerRequest: cpuMicros / operations,
    databaseCpuMicrosPerRequest: undefined,
    rssMib: undefined,
    peakMib: undefined,
    generatorCpuShare: undefined,
    lateProofs: 0,
    problems: [],
  }
}
