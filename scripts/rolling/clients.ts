/** People who log in, in one way after another, and refresh as an app does. A request that is answered otherwise than it should be is written down. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { codeFor } from '../../bench/load/inbox.ts'
import { ProofPool } from '../../bench/load/proofs.ts'
import { APP, BASE_DOMAIN } from './fleet.ts'
import type { Surroundings } from './surroundings.ts'

export interface Tally {
  requests: number
  /** How many of each path. */
  readonly paths: Map<string, number>
  readonly failures: string[]
  /** Sessions that were begun, and those whose last refresh, at the end, was refused. */
  sessions: number
  lost: number
}

export interface Load {
  readonly tally: Tally
  /** Let everybody finish what they are about, and refresh a last time. */
  stop(): Promise<Tally>
}

const HOST = `${APP}.${BASE_DOMAIN}`
const REFRESHES_PER_LOGIN = 12
/** What an app does between two refreshes, ms; a machine that has no moment of rest turns work away, which is no matter of restarts. */
const REST_MS = 40
const GIVE_UP_AFTER_MS = 20_000

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the shape
  readonly body: any
}

class Unanswered extends Error {}

/** Start them. `address` is where they send everything; `now` tells in the tally when a request failed. */
export function startClients(address: string, count: number, { people }: Surroundings, now: () => string): Load {
  const tally: Tally = { requests: 0, paths: new Map(), failures: [], sessions: 0, lost: 0 }
  const stop = new AbortController()
  const lives = Array.from({ length: count }, (_, i) =>
    live(new Client(address, i, tally, now), people[i], stop.signal),
  )
  return {
    tally,
    async stop() {
      stop.abort()
      await Promise.all(lives)
      return tally
    },
  }
}

type Person = Surroundings['people'][number] | undefined

/** Log in and refresh, and begin anew. Who cannot log in begins anew, too: the request that failed is in the tally. */
async function live(client: Client, person: Person, stop: AbortSignal): Promise<void> {
  for (let round = client.index; !stop.aborted; round++) {
    const ways = [() => client.byCode(), () => client.byPassword(person), () => client.byMigration()]
    try {
      client.beginAnew(round % 2 === 0 ? 'header' : 'cookie')
      // By password now and then: each costs as much as a hundred refreshes.
      await ways[round % 8 === 7 ? 1 : (round % 2) * 2]?.()
    } catch (error) {
      if (error instanceof Unanswered) continue
      throw error
    }
    await client.refreshUntil(stop)
    await client.settle()
  }
}

class Client {
  readonly index: number
  readonly #address: string
  readonly #tally: Tally
  readonly #now: () => string
  #people = 0
  #agent = new Agent()
  #proofs: ProofPool | undefined
  #finalizing: ProofPool | undefined
  #token = ''

  constructor(address: string, index: number, tally: Tally, now: () => string) {
    this.#address = address
    this.index = index
    this.#tally = tally
    this.#now = now
  }

  /** Another person at another address, with a key or with cookies. */
  beginAnew(carrier: 'header' | 'cookie'): void {
    const n = ++this.#people
    this.#agent.destroy()
    this.#agent = new Agent({
      keepAlive: true,
      localAddress: `127.${this.index + 10}.${(n >> 7) & 127}.${(n & 127) + 1}`,
    })
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    const proofs = (path: string) =>
      carrier === 'header' ? new ProofPool(key, 'POST', `https://${HOST}${path}`) : undefined
    this.#proofs = proofs('/v1/session/refresh')
    this.#finalizing = proofs('/v1/session/login/finalize')
    this.#token = ''
  }

  async byCode(): Promise<void> {
    const email = `person.${this.index}.${this.#people}@example.org`
    const begun = await this.#ask('/v1/session/otp', { identifier: { type: 'email_address', value: email } })
    const code = await codeFor(email).catch((error: Error) => this.#fail(error.message))
    const headers = { 'x-verification-token': String(begun.headers['x-verification-token']) }
    const { body } = await this.#ask('/v1/session/otp/check', { code }, headers)
    await this.#finalize({ challenge_token: body.challenge_token })
  }

  async byPassword(person: Person): Promise<void> {
    const credentials = { identifier: person?.email, password: person?.password }
    const { body } = await this.#ask('/v1/session/login/email/password', credentials)
    await this.#finalize({ challenge_token: body.challenge_token })
  }

  async byMigration(): Promise<void> {
    const code_verifier = randomBytes(32).toString('base64url')
    const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
    const token = `legacy-${this.index}-${this.#people}-${process.pid}`
    const { body } = await this.#ask('/v1/session/migration', { token, code_challenge })
    await this.#finalize({ challenge_token: body.challenge_token, code_verifier })
  }

  async #finalize(body: object): Promise<void> {
    const proof = this.#finalizing?.take()
    this.#keep(await this.#ask('/v1/session/login/finalize', body, proof ? { dpop: proof } : {}))
    this.#tally.sessions++
  }

  async refreshUntil(stop: AbortSignal): Promise<void> {
    for (let i = 0; i < REFRESHES_PER_LOGIN && !stop.aborted; i++) {
      await this.#refresh().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
    }
  }

  /** However often it takes: a session is lost when it is refused. */
  async settle(): Promise<void> {
    const giveUpAt = Date.now() + GIVE_UP_AFTER_MS
    for (;;) {
      try {
        return await this.#refresh()
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        if (/ 401 /.test(error.message) || Date.now() > giveUpAt) break
      }
    }
    this.#tally.lost++
  }

  async #refresh(): Promise<void> {
    const headers = this.#proofs
      ? { dpop: this.#proofs.take(), 'x-refresh-token': this.#token }
      : { cookie: `__Host-refresh_${APP}=${this.#token}` }
    this.#keep(await this.#ask('/v1/session/refresh', {}, headers))
  }

  #keep({ headers }: Answer): void {
    const [cookie] = headers['set-cookie']?.filter((line) => line.startsWith('__Host-refresh_')) ?? []
    const token = headers['x-refresh-token'] ?? /=([^;]*)/.exec(cookie ?? '')?.[1]
    this.#token = token ? String(token) : this.#fail('an answer without a refresh token')
  }

  /** POST. Throws `Unanswered`, once it is written down, when it is not answered with 2xx. */
  async #ask(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    this.#tally.requests++
    this.#tally.paths.set(path, (this.#tally.paths.get(path) ?? 0) + 1)
    const answer = await this.#send(path, JSON.stringify(body), headers).catch((error: Error) => error)
    // Whoever answers 2xx must be one of ours.
    const isRight = !(answer instanceof Error) && answer.status < 300 && answer.headers['x-request-id'] !== undefined
    if (isRight) return answer
    const what = answer instanceof Error ? answer.message : `${answer.status} ${JSON.stringify(answer.body)}`
    return this.#fail(`${path}: ${what.slice(0, 200).replaceAll('\n', ' ')}`)
  }

  #fail(what: string): never {
    const line = `${this.#now()} ${what}`
    this.#tally.failures.push(line)
    throw new Unanswered(line)
  }

  #send(path: string, body: string, headers: Record<string, string>): Promise<Answer> {
    const all = { host: HOST, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.#address}${path}`, {
        method: 'POST',
        agent: this.#agent,
        headers: { ...all, ...headers },
      })
      outgoing.on('response', async (response) => {
        const said = await text(response).catch(reject)
        if (said === undefined) return
        const isJson = String(response.headers['content-type']).includes('json')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(said) : said })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}
