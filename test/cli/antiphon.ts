import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { COMMAND, SOURCES } from '../command.ts'
import { createDatabase } from '../postgres.ts'
import type { EngineName } from '../world.ts'

export const MASTER_KEY = '3u+UR6n8AgABHnz7pVZ7V0zO2hTzyBJIhLMGxZUOHLc='

/** A folder that goes with the test process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-cli-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The URL of a database in which there is nothing, not even a schema. */
export async function emptyDatabase(engine: EngineName): Promise<string> {
  if (engine === 'postgres') return await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string)
  return `sqlite:${join(temporaryFolder(), 'antiphon.db')}`
}

export type Variables = Readonly<Record<string, string>>

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What is set besides the variables of the test: nothing of ours. */
function environment(variables: Variables): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ANTIPHON_'))
  return { ...Object.fromEntries(inherited), NODE_ENV: '', ...variables }
}

/** A fifth of what a short command takes is the collection of garbage while it starts, in a space that is too small for it at first. MiB. */
const ROOM_TO_START = '--min-semi-space-size=16'

function start(args: readonly string[], variables: Variables, cwd = tmpdir()): ChildProcess {
  const child = spawn(process.execPath, [ROOM_TO_START, args[0] === 'dev' ? SOURCES : COMMAND, ...args], {
    cwd,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  after(() => child.kill('SIGKILL'))
  return child
}

function collect(stream: ChildProcess['stdout']): () => string {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

/** Run a command to its end. */
export async function antiphon(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const child = start(args, variables)
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const [status] = await once(child, 'close')
  return { status, stdout: stdout(), stderr: stderr() }
}

export interface Going {
  readonly child: ChildProcess
  /** Everything written so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the exit code when the process has ended. */
  readonly ended: Promise<number | null>
  /** Send a signal, then wait for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Start a command that goes on, and wait for a line of its output that the pattern matches. */
export async function going(
  args: readonly string[],
  variables: Variables,
  ready: RegExp,
  where: 'stdout' | 'stderr' = 'stdout',
): Promise<Going> {
  const child = start(args, variables)
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const ended = once(child, 'close').then(([status]) => status as number | null)
  const lines = createInterface({ input: child[where] as NodeJS.ReadableStream })
  const { promise, resolve } = Promise.withResolvers<void>()
  lines.on('line', (line) => {
    if (ready.test(line)) resolve()
  })
  await Promise.race([
    promise,
    ended.then((status) => Promise.reject(new Error(`ended with ${status}: ${stdout()}${stderr()}`))),
  ])
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return await ended
  }
  return { child, stdout, stderr, ended, stop }
}

/** A serving process and where it listens. */
export type Serving = Going & { readonly address: string }

export async function serving(variables: Variables): Promise<Serving> {
  const all = {
    ANTIPHON_MASTER_KEY: MASTER_KEY,
    ANTIPHON_LISTEN: '127.0.0.1:0',
    ANTIPHON_DRAIN_SECONDS: '0',
    ...variables,
  }
  const process = await going(['serve'], all, /"msg":"listening"/)
  const line = process
    .stdout()
    .split('\n')
    .find((one) => one.includes('"msg":"listening"'))
  return { ...process, address: JSON.parse(line ?? '').address }
}

/** Below those that the system gives away by itself, so that nobody takes one between the look and the use of it. */
const PORTS = { from: 20_000, count: 10_000 }

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const port = PORTS.from + randomInt(PORTS.count)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const probe = createServer()
    .once('listening', () => resolve(true))
    .once('error', () => resolve(false))
    .listen(port, '127.0.0.1')
  if (!(await promise)) return await freePort()
  probe.close()
  await once(probe, 'close')
  return port
}
