/** The null sender's far end: takes the messages that the server's `webhook` provider hands over, and knows their codes. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { bind } from '../peers/listen.ts'

const ARRIVES_WITHIN_MS = 10_000
const arrived = new Map<string, string>()
const awaited = new Map<string, (code: string) => void>()
let address: Promise<string> | undefined

/** Where messages are to be posted: `http://127.0.0.1:port`. It does not keep the process. */
export function openInbox(): Promise<string> {
  address ??= bind(
    createServer(async (request, response) => {
      const message: { recipient: string; text: string } = JSON.parse(await text(request))
      response.writeHead(204).end()
      take(message.recipient, codeIn(message.text))
    }).unref(),
  )
  return address
}

/** The code that was sent, or will be within ten seconds; each is given out once. */
export function codeFor(recipient: string): Promise<string> {
  const code = arrived.get(recipient)
  if (code !== undefined) {
    arrived.delete(recipient)
    return Promise.resolve(code)
  }
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const late = setTimeout(() => {
    awaited.delete(recipient)
    reject(new Error(`no code came for ${recipient}`))
  }, ARRIVES_WITHIN_MS)
  awaited.set(recipient, (found) => {
    clearTimeout(late)
    resolve(found)
  })
  return promise
}

/** The digits that stand alone in a message and are as many as a code has. */
export function codeIn(message: string): string {
  const code = /(?<!\d)\d{4,8}(?!\d)/.exec(message)?.[0]
  if (code === undefined) throw new Error('a message without a code')
  return code
}

function take(recipient: string, code: string): void {
  const waiting = awaited.get(recipient)
  awaited.delete(recipient)
  if (waiting) waiting(code)
  else arrived.set(recipient, code)
}
