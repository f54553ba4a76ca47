import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { CpuPlan } from '../machine/cpus.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import { type Manage, managementOf } from './management.ts'

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const HOOK = fileURLToPath(new URL('../peers/hook.ts', import.meta.url))
const TURNS = new URL('../turns.ts', import.meta.url).href
const PROFILER = new URL('../profiler.ts', import.meta.url).href
const APP = 'demo'

export type Antiphon = {
  readonly server: ServerProcess
  /** The authority that clients of the application dial. */
  readonly host: string
  readonly manage: Manage
  /** Of the application; paths of its management begin with `/v2/session/apps/demo`. */
  readonly managementKey: string
  /** Of its process: what another needs, to work on the same database. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

export type AntiphonLaunch = {
  /** `sqlite:<path>` or `postgres://…`. */
  readonly databaseUrl: string
  readonly cpus: CpuPlan
  /** The command; that of the sources unless that of a release stands in for it. */
  readonly command?: string
  /** The script that serves, and its arguments; the command's `serve` unless another stands in for it. */
  readonly argv?: readonly [string, ...string[]]
  /** Load the profiler, to write to this file. */
  readonly profileInto?: string
  /** Note how long its main thread works at a time, to write to this file. */
  readonly turnsInto?: string
  /** How far its heap may grow; else as far as the machine's memory lets V8 leave garbage. */
  readonly heapMib?: number
}

/** Starts Antiphon as its operator would, with an application `demo` whose migration hook is a local process. */
export async function startAntiphon(launch: AntiphonLaunch): Promise<Antiphon> {
  const { command = CLI } = launch
  const env = environment(launch.databaseUrl)
  const managementKey = createApplication(env, command)
  const hook = await startServer({ argv: [HOOK], cpu: launch.cpus.generator })
  const server = await startServer({
    argv: launch.argv ?? [command, 'serve'],
    env: {
      ...env,
      ...(launch.profileInto && { BENCH_PROFILE: launch.profileInto }),
      ...(launch.turnsInto && { BENCH_TURNS: launch.turnsInto }),
    },
    execArgv: [
      ...(launch.profileInto ? ['--import', PROFILER] : []),
      ...(launch.turnsInto ? ['--import', TURNS] : []),
      ...(launch.heapMib ? [`--max-old-space-size=${launch.heapMib}`] : []),
    ],
    cpu: launch.cpus.server,
  })
  const stop = async () => {
    await Promise.all([server.stop(), hook.stop()])
  }
  const manage = managementOf(server.address, APP, managementKey)
  try {
    await manage('POST', '/config/migration', { session_validation_url: hook.address })
  } catch (error) {
    await stop()
    throw error
  }
  const host = `${APP}.session.localhost:${new URL(server.address).port}`
  return { server, host, manage, managementKey, env, stop }
}

/** The process's environment with a master key of its own. */
export function environment(databaseUrl: string): Record<string, string> {
  return {
    ANTIPHON_DATABASE_URL: databaseUrl,
    ANTIPHON_LISTEN: '127.0.0.1:0',
    ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
    ANTIPHON_PUBLIC_SCHEME: 'http',
    ANTIPHON_DRAIN_SECONDS: '0',
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
    ANTIPHON_TRUSTED_PROXIES: '127.0.0.1',
  }
}

/** Creates the application `demo`, in development, in a database that nobody serves yet; returns its management key. */
export function createApplication(env: Record<string, string>, command = CLI): string {
  const printed = runCli(env, ['apps', 'create', APP, '--mode', 'dev', '--json'], command)
  const { management_key: key }: { management_key: string } = JSON.parse(printed)
  return key
}

/** What a command of Antiphon prints; throws when it fails. */
export function runCli(env: Record<string, string>, args: readonly string[], command = CLI): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`antiphon ${args.join(' ')} ended with ${status}: ${stderr.slice(-500)}`)
  return stdout
}
