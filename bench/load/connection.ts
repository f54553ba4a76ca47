import { connect, type Socket } from 'node:net'

export type Answer = { readonly status: number; readonly head: string; readonly body: string }

const HEAD_END = Buffer.from('\r\n\r\n')
const EMPTY: Buffer = Buffer.alloc(0)

/** One keep-alive HTTP/1.1 connection with one request in flight, cheap enough not to be what a benchmark measures. */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = EMPTY
  #waiting: PromiseWithResolvers<Answer> | undefined
  #closed: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end(new Error('the server closed the connection')))
  }

  /** `address` is `http://host:port`. */
  static async open(address: string): Promise<Connection> {
    const { hostname, port } = new URL(address)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket = connect({ host: hostname, port: Number(port) }, resolve)
    socket.once('error', reject)
    await promise
    return new Connection(socket)
  }

  /** Sends one whole request, headers and body, and waits for its answer. */
  exchange(request: string): Promise<Answer> {
    if (this.#closed) return Promise.reject(this.#closed)
    this.#waiting = Promise.withResolvers<Answer>()
    this.#socket.write(request, 'latin1')
    return this.#waiting.promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const answer = parseAnswer(this.#received)
    if (!answer) return
    this.#received = EMPTY
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }

  #end(error: Error): void {
    this.#closed ??= error
    this.#waiting?.reject(this.#closed)
    this.#waiting = undefined
  }
}

/** The answer in `bytes`, or `undefined` while it is incomplete (RFC 9112 §6.3, without trailers). */
export function parseAnswer(bytes: Buffer): Answer | undefined {
  const headLength = bytes.indexOf(HEAD_END)
  if (headLength < 0) return undefined
  const head = bytes.toString('latin1', 0, headLength)
  const status = Number(head.slice(9, 12))
  const bodyAt = headLength + HEAD_END.length
  if (status === 204 || status === 304) return { status, head, body: '' }
  const length = headerOf(head, 'content-length')
  if (length !== undefined) {
    const end = bodyAt + Number(length)
    return bytes.length < end ? undefined : { status, head, body: bytes.toString('utf8', bodyAt, end) }
  }
  const body = joinChunks(bytes, bodyAt)
  return body === undefined ? undefined : { status, head, body }
}

/** The value of the first header called `name` (lower case) in a response head. */
export function headerOf(head: string, name: string): string | undefined {
  const at = head.toLowerCase().indexOf(`\r\n${name}:`)
  if (at < 0) return undefined
  const from = at + name.length + 3
  const end = head.indexOf('\r\n', from)
  return head.slice(from, end < 0 ? head.length : end).trim()
}

function joinChunks(bytes: Buffer, from: number): string | undefined {
  let at = from
  let body = ''
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const chunkEnd = lineEnd + 2 + size
    if (bytes.length < chunkEnd + 2) return undefined
    if (size === 0) return body
    body += bytes.toString('utf8', lineEnd + 2, chunkEnd)
    at = chunkEnd + 2
  }
}
