import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { pinned } from './cpus.ts'

export type Launch = {
  /** The script and its arguments. */
  readonly argv: readonly [string, ...string[]]
  /** Options for Node itself. */
  readonly execArgv?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cpu: number | undefined
}

export type ServerProcess = {
  readonly pid: number
  /** `http://host:port`. */
  readonly address: string
  /** The whole line the server printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>
  /** Milliseconds from spawn to that line. */
  readonly readyMs: number
  stop(): Promise<void>
}

const READY_WITHIN_MS = 300_000

/** Starts a Node process and waits for its JSON line `{"msg":"listening","address":…}`. */
export async function startServer(launch: Launch): Promise<ServerProcess> {
  const [command, ...args] = pinned(launch.cpu, [process.execPath, ...(launch.execArgv ?? []), ...launch.argv])
  const startedAt = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production', ...launch.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ready = await listening(child, launch.argv[0])
  return {
    pid: Number(child.pid),
    address: String(ready.address),
    ready,
    readyMs: performance.now() - startedAt,
    stop: () => stop(child),
  }
}

function listening(child: ChildProcess, name: string): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000)
  })
  const late = setTimeout(() => reject(new Error(`${name} printed no "listening" line\n${complaint}`)), READY_WITHIN_MS)
  child.once('error', reject)
  child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened\n${complaint}`)))
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      const entry = parseLine(line)
      if (entry?.msg === 'listening') resolve(entry)
    })
  }
  return promise.finally(() => clearTimeout(late))
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const force = setTimeout(() => child.kill('SIGKILL'), 12_000)
  child.once('exit', () => {
    clearTimeout(force)
    resolve()
  })
  child.kill('SIGTERM')
  return promise
}
