import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionGuard } from './connections.ts'

/** In bytes, with the request line. */
export const MAX_HEADER_BYTES = 32 * 1024
/** For the answer to arrive before what the client still sends meets a closed connection, which would take the answer back. */
const LINGER_MS = 1_000

/** What the parser finds, by its code: status and message. */
const FAULTS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too long.'],
  HPE_HEADER_OVERFLOW: [431, `The headers are longer than ${MAX_HEADER_BYTES / 1024} KiB.`],
}
const MALFORMED = [400, 'This is no HTTP/1.1 request.'] as const

/** Headers and body of an answer to a request that nobody could read. */
export interface FaultAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Answers what Node's parser refuses, before there is a request. An answer that is under way is never mixed up with it: the connection then
 * ends behind that one.
 */
export function answerParserFaults(guard: ConnectionGuard, answer: (message: string) => FaultAnswer) {
  const answered = new WeakSet<Socket>()
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (answered.has(socket)) return
    const { code = '' } = error
    const fault = FAULTS[code] ?? (code.startsWith('HPE_') ? MALFORMED : undefined)
    const underWay = guard.underWay(socket)
    const last = underWay.at(-1)
    if (!fault || !socket.writable) return void socket.destroy()
    if (!last && guard.isAnswered(socket)) socket.destroySoon()
    else if (!last || isOfItsBody(underWay)) {
      answered.add(socket)
      socket.end(written(fault[0], answer(fault[1])))
      setTimeout(() => socket.destroy(), LINGER_MS).unref()
    } else if (fault[0] === 408) socket.destroy()
    else endBehind(last, socket)
  }
}

/** The parser reads no more: nothing can come after this answer. */
function endBehind(last: ServerResponse, socket: Socket): void {
  last.shouldKeepAlive = false
  last.once('close', () => socket.destroySoon())
}

/** Whether what is under way is the very request whose body cannot be read, and nothing of its answer has left. */
const isOfItsBody = ([first, ...more]: readonly ServerResponse[]) =>
  first !== undefined && more.length === 0 && !first.headersSent && !first.req.complete

function written(status: number, { headers, body }: FaultAnswer): string {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
