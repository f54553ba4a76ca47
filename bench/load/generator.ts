import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pinned } from '../machine/cpus.ts'
import type { Interval, Job, Offer, Offered, Reply } from './protocol.ts'
import type { Traffic } from './traffic.ts'

const SCRIPT = fileURLToPath(new URL('../load.ts', import.meta.url))

/** The runner's end of the generator process. */
export class Generator {
  readonly #child: ChildProcess

  constructor(cpu: number | undefined) {
    const [command, ...args] = pinned(cpu, [process.execPath, SCRIPT])
    this.#child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  async open(subject: string, address: string, traffic: Traffic, clients: number): Promise<void> {
    await this.#ask({ kind: 'open', subject, address, traffic, clients })
  }

  async drive(subject: string, seconds: number, pid: number, databasePid?: number): Promise<Interval> {
    const reply = await this.#ask({ kind: 'drive', subject, seconds, pid, databasePid })
    if (reply.kind !== 'measured') throw new Error(`the load generator answered ${reply.kind}`)
    return reply.interval
  }

  /** Where the `webhook` message provider of a server is to post: see `load/inbox.ts`. */
  async inbox(): Promise<string> {
    const reply = await this.#ask({ kind: 'inbox' })
    if (reply.kind !== 'listening') throw new Error(`the load generator answered ${reply.kind}`)
    return reply.address
  }

  /** Offers the load of several subjects at once, each at its own rate; answers in the same order. */
  async offer(offers: readonly Offer[], seconds: number): Promise<readonly Offered[]> {
    const reply = await this.#ask({ kind: 'offer', offers, seconds })
    if (reply.kind !== 'offered') throw new Error(`the load generator answered ${reply.kind}`)
    return reply.offered
  }

  stop(): void {
    this.#child.disconnect()
  }

  async #ask(job: Job): Promise<Reply> {
    const ended = new AbortController()
    const death = once(this.#child, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('the load generator ended')
    })
    death.catch(() => {})
    this.#child.send(job)
    try {
      const [reply]: Reply[] = await Promise.race([once(this.#child, 'message'), death])
      if (!reply || reply.kind === 'failed') throw new Error(reply?.message ?? 'no reply')
      return reply
    } finally {
      ended.abort()
    }
  }
}
