import { type AddressInfo, connect } from 'node:net'
import { after } from 'node:test'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { type Access, type Audience, type Endpoint, endpoint } from './endpoint.ts'
import { type FastifyInstance, type HttpOptions, openHttp } from './http.ts'
import { openLog } from './log.ts'
import { openMetrics } from './metrics.ts'
import { serveEndpoint } from './serve-endpoint.ts'

/** Friday, 2 January 2026, 03:04:05 UTC. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

export const anybody: Access = { name: 'anybody', failures: [], security: [], resolve: async () => ({}) }

/** Whose API a path is of. */
export const audienceOf = (path: string): Audience =>
  path.startsWith('/v2/') ? { audience: 'management', permission: 'users:read' } : { audience: 'frontend' }

/** An endpoint that answers with what it was given. */
export function echo(
  method: Endpoint['method'],
  path: string,
  shapes: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType } = {},
): Endpoint {
  return endpoint({
    method,
    path,
    ...audienceOf(path),
    operationId: path,
    tag: 'Echo',
    summary: 'Say it again',
    access: anybody,
    ...shapes,
    response: z.record(z.string(), z.unknown()),
    failures: [],
    handle: async ({ params, query, body }) => ({ body: { params, query, body: body === undefined ? 'none' : body } }),
  })
}

export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  readonly json: any
}

/** A server without a database, on a clock that stands still. `prepare` may add routes before it listens. */
export async function openBare(
  endpoints: readonly Endpoint[],
  options: Partial<HttpOptions> = {},
  prepare: (deps: Deps, server: FastifyInstance) => Promise<unknown> = async () => {},
  listenOn = 0,
) {
  const log: string[] = []
  const metrics = openMetrics()
  let uptime = 0
  let drawn = 0
  const deps = {
    config: { tls: undefined, trustedProxies: [], publicScheme: 'https' },
    now: () => NOW,
    monotonic: () => uptime,
    random: (length: number) => new Uint8Array(length).fill(++drawn),
    log: openLog('debug', { write: (line: string) => log.push(line) }),
    metrics,
    databaseLoad: () => ({ used: 0, waiting: 0 }),
  } as unknown as Deps
  const server = await openHttp(deps, { allowedOrigins: async () => [], ...options })
  for (const one of endpoints) serveEndpoint(server, one, deps)
  await prepare(deps, server)
  await server.listen({ host: '127.0.0.1', port: listenOn })
  after(() => server.close())
  const { port } = server.server.address() as AddressInfo
  const rawNow = (bytes: string | Buffer) => exchange(port, bytes)
  return {
    server,
    log,
    metrics,
    rawNow,
    /** Let the monotonic clock go on. */
    advance(ms: number) {
      uptime += ms
    },
    /** Not while the server is under pressure, as all are while the process loads the files of other tests. */
    async raw(bytes: string | Buffer) {
      while (server.isUnderPressure()) await new Promise((resolve) => setTimeout(resolve, 50))
      return await rawNow(bytes)
    },
  }
}

/** Send bytes as they are and read until the server hangs up. */
function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())))
  })
}

function parse(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const text = rest.join('\r\n\r\n')
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    text,
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
  }
}

/** A request as bytes that asks the server to hang up afterwards. */
export function requestText(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | undefined = undefined,
): string {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const all = { host: 'app.session.test', connection: 'close', ...length, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}
