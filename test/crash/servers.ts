import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { openProcess } from '../../src/main.ts'
import { pause } from '../../src/platform/clock.ts'
import { readConfig } from '../../src/platform/config.ts'
import { openLog } from '../../src/platform/log.ts'
import { type Answer, send, type TestApp } from '../builders.ts'
import { COMMAND } from '../command.ts'
import type { World } from '../world.ts'

const environment = (databaseUrl: string) => ({
  ANTIPHON_DATABASE_URL: databaseUrl,
  ANTIPHON_LISTEN: '127.0.0.1:0',
  ANTIPHON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  ANTIPHON_BASE_DOMAIN: 'session.test',
  ANTIPHON_DRAIN_SECONDS: '0',
  ANTIPHON_LOG_LEVEL: 'error',
})

/** A server in a process of its own. */
export interface ServerProcess {
  readonly address: string
  readonly running: boolean
  /** Everything it logged. */
  readonly log: readonly string[]
  /** Kill it as a power cut would. */
  kill(): Promise<void>
  /** Ask it to stop; answers its exit status. */
  terminate(): Promise<number | null>
  signal(name: NodeJS.Signals): void
}

/** Start `antiphon serve` on a database; resolves when it listens. `more`: variables besides. */
export async function startServer(databaseUrl: string, more: Record<string, string> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [COMMAND, 'serve'], {
    env: { ...process.env, ...environment(databaseUrl), ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const log: string[] = []
  const listening = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    log.push(line)
    const { msg, address } = JSON.parse(line) as { msg: string; address: string }
    if (msg === 'listening') listening.resolve(address)
  })
  const exited = once(child, 'exit')
  exited.then(() => listening.reject(new Error(`the server did not start: ${log.join('\n')}`)))
  // A test that fails leaves no server behind.
  after(() => child.kill('SIGKILL'))
  return {
    address: await listening.promise,
    log,
    get running() {
      return child.exitCode === null && child.signalCode === null
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async terminate() {
      child.kill('SIGTERM')
      const [status] = await exited
      return status
    },
    signal: (name) => void child.kill(name),
  }
}

/** A world whose server is elsewhere, at the address that `address` answers at the time; its clock is the real one. */
export async function remoteWorld(
  databaseUrl: string,
  address: () => string,
): Promise<World & { close(): Promise<void> }> {
  const read = readConfig(environment(databaseUrl))
  if (read.kind === 'faults') throw new Error(read.faults.join('\n'))
  const log: string[] = []
  const opened = openProcess(read.config, openLog('silent'))
  await opened.migrate()
  const elsewhere = () => {
    throw new Error('this server is in another process')
  }
  return {
    deps: opened.deps,
    databaseUrl,
    get address() {
      return address()
    },
    // What is in another process says so itself, and is asked again.
    calm: async () => {},
    log,
    breaches: [],
    outbound: [],
    fakeNetwork: elsewhere,
    fakeDial: elsewhere,
    advance: elsewhere,
    setWallClock: elsewhere,
    drain: elsewhere,
    close: () => opened.close(),
  }
}

/** Ask until something answers that is no fault of a server: for ten seconds at most, unless somebody is more patient. */
export async function persist(
  ask: () => Promise<Answer>,
  { forMs, everyMs } = { forMs: 10_000, everyMs: 10 },
): Promise<Answer> {
  const giveUpAt = Date.now() + forMs
  for (;;) {
    const answer = await ask().catch((error: Error) => error)
    if (!(answer instanceof Error) && answer.status < 500) return answer
    if (Date.now() > giveUpAt) throw new Error(`no answer: ${JSON.stringify(answer)}`)
    await pause(everyMs)
  }
}

/** The application as a client sees it that goes on to another server when one does not answer. */
export function withFailover(world: World, app: TestApp, pick: () => string): TestApp {
  return {
    ...app,
    call: (path, call = {}) =>
      persist(() =>
        send({ ...world, address: pick() }, path, { ...call, headers: { host: app.host, ...call.headers } }),
      ),
  }
}

/** Pseudo-random numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The counter inside a refresh token. */
export const counterOf = (token: string): number => Buffer.from(token.slice(3), 'base64url').readUIntBE(17, 6)
