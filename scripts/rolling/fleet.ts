/** Processes of a release on one database, each on a port of its own, that are stopped, killed and started again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'

export const APP = 'shop'
export const BASE_DOMAIN = 'session.example.com'

export type Variables = Readonly<Record<string, string>>

export interface Fleet {
  readonly ports: readonly number[]
  /** Start the process of a port, of the release that `command` is; resolves when it listens. */
  start(index: number, command: string): Promise<void>
  /** Resolves with the milliseconds that it took to end. Throws when its exit code is not 0. */
  stop(index: number): Promise<number>
  kill(index: number): Promise<void>
  /** Lines of the log that are neither answers nor steps of a start or stop. */
  readonly troubles: readonly string[]
  end(): void
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const EXPECTED = /^(answered|listening|stopping|drained|stopped|a signing key was made)/

export async function newFleet(size: number, variables: Variables): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: size }, freePort))
  const children: (ChildProcess | undefined)[] = []
  const troubles: string[] = []
  process.once('exit', () => {
    for (const child of children) child?.kill('SIGKILL')
  })
  const stopBy = async (index: number, signal: NodeJS.Signals) => {
    const child = children[index]
    if (!child) throw new Error(`process ${index} does not run`)
    const ended = once(child, 'exit')
    const since = performance.now()
    child.kill(signal)
    const [status] = await ended
    children[index] = undefined
    return { status, ms: performance.now() - since }
  }
  return {
    ports,
    troubles,
    async start(index, command) {
      const env = { ...inherited(), ...variables, ANTIPHON_LISTEN: `127.0.0.1:${ports[index]}` }
      const child = spawn(process.execPath, [command, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      children[index] = child
      child.stderr.setEncoding('utf8').on('data', (text) => troubles.push(text))
      const listening = Promise.withResolvers<void>()
      createInterface(child.stdout).on('line', (line) => {
        const { msg } = JSON.parse(line) as { msg: string }
        if (msg === 'listening') listening.resolve()
        if (!EXPECTED.test(msg)) troubles.push(line)
      })
      child.once('exit', () => listening.reject(new Error(`it did not start: ${troubles.join('\n')}`)))
      await listening.promise
    },
    async stop(index) {
      const { status, ms } = await stopBy(index, 'SIGTERM')
      if (status !== 0) throw new Error(`process ${index} ended with ${status}: ${troubles.join('\n')}`)
      return ms
    },
    async kill(index) {
      await stopBy(index, 'SIGKILL')
    },
    end() {
      for (const child of children) child?.kill('SIGKILL')
    },
  }
}

const inherited = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANTIPHON_')))

/** Make the application that the clients use; answers its management key. */
export function createApp(command: string, variables: Variables): string {
  const args = [command, 'apps', 'create', APP, '--mode', 'dev', '--json']
  const made = spawnSync(process.execPath, args, { env: { ...inherited(), ...variables }, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`apps create: ${made.stderr}`)
  return JSON.parse(made.stdout).management_key
}
