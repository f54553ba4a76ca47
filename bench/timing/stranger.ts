import { type Answer, Connection } from '../load/connection.ts'
import { post, unexpected } from '../load/request.ts'
import { JSON_BODY } from '../load/ways-in.ts'

const CHEAP_REQUESTS = 8

/** Somebody outside with one connection and a clock. */
export class Stranger {
  readonly #connection: Connection
  readonly #host: string

  private constructor(connection: Connection, host: string) {
    this.#connection = connection
    this.#host = host
  }

  static async arrive(address: string, host: string): Promise<Stranger> {
    return new Stranger(await Connection.open(address), host)
  }

  /** POSTs `body` and answers how long the answer took, in milliseconds; throws when its status is another than `expected`. */
  async post(path: string, body: string, expected: number, headers = ''): Promise<{ ms: number; answer: Answer }> {
    return this.#exchange(post(this.#host, path, `${JSON_BODY}${headers}`, body), expected)
  }

  /** How long a few cheap requests take in a row: longer while the server still works on what it has answered. */
  async linger(): Promise<number> {
    let total = 0
    for (let i = 0; i < CHEAP_REQUESTS; i += 1) total += await this.#cheap()
    return total
  }

  /** How long the slowest of the cheap requests takes that are made in a row for so many milliseconds. */
  async watch(forMs: number): Promise<number> {
    const endsAt = performance.now() + forMs
    let slowest = 0
    while (performance.now() < endsAt) slowest = Math.max(slowest, await this.#cheap())
    return slowest
  }

  async #cheap(): Promise<number> {
    const request = `GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`
    return (await this.#exchange(request, 200)).ms
  }

  leave(): void {
    this.#connection.close()
  }

  async #exchange(request: string, expected: number): Promise<{ ms: number; answer: Answer }> {
    const sentAt = performance.now()
    const answer = await this.#connection.exchange(request)
    const ms = performance.now() - sentAt
    if (answer.status !== expected) throw new Error(unexpected(answer))
    return { ms, answer }
  }
}
