import { type ClientRequest, request as overHttp } from 'node:http'
import { request as overTls } from 'node:https'
import type { Address } from './config.ts'

/** What the server that listens at an address says of itself. */
export type Told =
  | { readonly kind: 'ready' }
  /** `reason`: the word of its answer, where it has one. */
  | { readonly kind: 'not_ready'; readonly reason: string | undefined }
  /** Nobody answers, or not in time; `fault`: what the connection came to. */
  | { readonly kind: 'silent'; readonly fault: string }

const MAX_ANSWER_BYTES = 1024

/** Ask `/readyz` of a server on this machine. Never waits longer than `withinMs`, whatever the server does. */
export async function askReady({ host, port }: Address, isTls: boolean, withinMs: number): Promise<Told> {
  const at = {
    host: NOBODYS[host] ?? host,
    port,
    path: '/readyz',
    agent: false,
    signal: AbortSignal.timeout(withinMs),
  } as const
  // Nothing is told to whoever answers, and a certificate that has ended is no reason to start a process anew.
  const asked = isTls ? overTls({ ...at, rejectUnauthorized: false }) : overHttp(at)
  try {
    return await answerTo(asked.end())
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException
    return { kind: 'silent', fault: name === 'AbortError' ? 'no answer in time' : (code ?? message) }
  }
}

/** Where a server that listens everywhere is reached. */
const NOBODYS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const answerTo = (asked: ClientRequest): Promise<Told> =>
  new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', async (response) => {
      try {
        let text = ''
        for await (const chunk of response) {
          text += chunk
          if (text.length > MAX_ANSWER_BYTES) break
        }
        resolve(response.statusCode === 200 ? { kind: 'ready' } : { kind: 'not_ready', reason: reasonIn(text) })
      } catch (error) {
        reject(error)
      }
    })
  })

function reasonIn(text: string): string | undefined {
  try {
    const { reason } = JSON.parse(text)
    return typeof reason === 'string' ? reason : undefined
  } catch {
    return undefined
  }
}
