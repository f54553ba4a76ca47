import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { COMMAND } from '../command.ts'

export const root = join(import.meta.dirname, '../..')

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A process that has said that it is ready. */
export interface Started {
  /** What it has said so far. */
  said(): string
  stop(): Promise<void>
}

/** Start Node with these words, and wait until it says `ready`. It ends with the tests at the latest. */
export async function started(words: string[], ready: string, env: NodeJS.ProcessEnv, cwd = root): Promise<Started> {
  const running = spawn(process.execPath, words, { cwd, env: { ...process.env, NO_COLOR: '1', ...env } })
  after(() => running.kill())
  // Hooks do not run where a file fails while it is read.
  process.once('exit', () => running.kill())
  const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk
      if (said.includes(ready)) resolve()
    }
    running.stdout.on('data', listen)
    running.stderr.on('data', listen)
    running.once('exit', (code) => reject(new Error(`${words.join(' ')} ended with ${code}: ${said}`)))
  })
  const stop = async () => {
    running.kill()
    await ended
  }
  return { said: () => said, stop }
}

/** `antiphon dev` as a reader starts it beside an example, in a folder and on a port of its own. */
export async function startDev(): Promise<{ folder: string; port: number; said(): string }> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-example-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const { said } = await started([COMMAND, 'dev', '--data', folder], 'is ready', {
    ANTIPHON_LISTEN: `localhost:${port}`,
  })
  return { folder, port, said }
}
