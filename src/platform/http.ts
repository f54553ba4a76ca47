import fastifyCookie from '@fastify/cookie'
import fastifyCors from '@fastify/cors'
import fastifyHelmet from '@fastify/helmet'
import underPressure from '@fastify/under-pressure'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { acceptBodies, BODY_LIMIT } from './bodies.ts'
import { httpDate } from './clock.ts'
import { attributesOf, type Cookie, unpartitionedTwinOf } from './cookie.ts'
import { isTrouble } from './db-fault.ts'
import { reportTrouble } from './db-trouble.ts'
import type { Deps } from './deps.ts'
import { type Answer, type Endpoint, type HttpRequest, noContent, Refused } from './endpoint.ts'
import { Failed, type Refusal, statusOf, universal } from './failure.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the peer is a trusted proxy. */
    proxied: boolean
    /** The Host header. */
    authority: string
  }
}

export type { FastifyInstance } from 'fastify'

export interface HttpOptions {
  /** Origins whose pages may call, for the application a request is addressed to. */
  allowedOrigins(request: HttpRequest): Promise<readonly string[]>
}

const RETRY_AFTER_SECONDS = 5
/** A server that is this late, on average, answers nobody in time: better to say so. */
const MAX_EVENT_LOOP_DELAY_MS = 3_000
const PREFLIGHT_MAX_AGE_SECONDS = 600
const ALLOWED_HEADERS =
  'content-type, accept, authorization, dpop, x-refresh-token, x-sdk-user-agent, x-verification-token, x-device-id, user-agent'
const EXPOSED_HEADERS =
  'DPoP-Nonce, X-Refresh-Token, X-Refresh-Token-Expires-At, X-Verification-Token, Date, Retry-After'

/** The HTTP server with everything that holds for every request; endpoints are added by `serveEndpoint`. */
export async function openHttp(deps: Deps, options: HttpOptions): Promise<FastifyInstance> {
  const { tls, trustedProxies } = deps.config
  const date = httpDate(deps.now)
  const stamp = (request: FastifyRequest, reply: FastifyReply) =>
    reply.header('date', date()).header('x-request-id', request.id).header('vary', 'Origin')
  const server = fastify({
    ...(tls && { https: tls }),
    loggerInstance: deps.log.child({}, { level: 'fatal' }),
    bodyLimit: BODY_LIMIT,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: () => `req_${Buffer.from(deps.random(12)).toString('base64url')}`,
    routerOptions: { maxParamLength: 512 },
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    // A path that cannot be read, or is too long: it comes by none of the hooks.
    frameworkErrors: (_error, request, reply) => {
      refuse(request, stamp(request, reply), badRequest(request))
    },
  }) as unknown as FastifyInstance
  const isProxy = trustedPeer(trustedProxies)
  server.decorateRequest('proxied', false)
  server.decorateRequest('authority', '')
  server.addHook('onRequest', (request, reply, done) => {
    request.proxied = isProxy(request.socket.remoteAddress)
    request.authority = request.headers.host ?? ''
    stamp(request, reply)
    done()
  })
  await server.register(fastifyCookie)
  await server.register(fastifyCors, {
    delegator: (request: FastifyRequest, callback: (error: Error | null, cors: object) => void) => {
      if (request.headers.origin === undefined) return callback(null, NO_CORS)
      corsFor(request, options).then(
        (cors) => callback(null, cors),
        (error: Error) => callback(error, {}),
      )
    },
  } as never)
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: deps.config.publicScheme === 'https',
  })
  await server.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    // A stall that leaves a whole interval without a sample counts as endless, so the interval is no shorter than the limit.
    sampleInterval: MAX_EVENT_LOOP_DELAY_MS,
    retryAfter: RETRY_AFTER_SECONDS,
    pressureHandler: (request: FastifyRequest, reply: FastifyReply) => {
      refuse(request, reply, overloaded)
    },
  })
  await acceptBodies(server)
  server.setNotFoundHandler((request, reply) => refuse(request, reply, { failure: universal.not_found }))
  server.setErrorHandler((error, request, reply) => refuse(request, reply, refusalOf(error, request, deps)))
  return server
}

/** What is answered when there is more work than the server takes on. */
export const overloaded: Refusal = {
  failure: universal.overloaded,
  headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
}

/** For routes that answer however busy the server is. */
export const evenUnderPressure = { config: { pressureHandler: () => {} } }

function trustedPeer(ranges: readonly string[]): (address: string | undefined) => boolean {
  const parsed = ranges.map((range) =>
    ipaddr.parseCIDR(range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`),
  )
  return (address) => {
    if (!address || parsed.length === 0) return false
    const peer = ipaddr.process(address)
    return parsed.some((range) => range[0].kind() === peer.kind() && peer.match(range))
  }
}

const NO_CORS = { origin: false }

async function corsFor(request: FastifyRequest, options: HttpOptions): Promise<object> {
  const { origin = '' } = request.headers
  if (!(await options.allowedOrigins(request)).includes(origin)) return NO_CORS
  return {
    origin,
    strictPreflight: false,
    credentials: true,
    methods: 'GET, POST, PUT, PATCH, DELETE',
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  }
}

function refusalOf(error: unknown, request: FastifyRequest, deps: Deps): Refusal {
  const status = (error as { statusCode?: number }).statusCode
  if (error instanceof Failed) return error.refusal
  if (status !== undefined && status >= 400 && status < 500) return badRequest(request)
  if (isTrouble(error)) {
    reportTrouble(deps)(error)
    return overloaded
  }
  deps.log.error({ err: error, request_id: request.id }, 'unexpected error')
  return { failure: universal.internal }
}

const isManagement = (url: string) => url.startsWith('/v2/')

const badRequest = (request: FastifyRequest, message?: string): Refusal => {
  const failure = isManagement(request.url) ? universal.invalid_request : universal.bad_request
  return message ? { failure, message } : { failure }
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  const { failure, headers, message = failure.message } = refusal
  const body = isManagement(request.url)
    ? { code: failure.code, status: failure.family, message }
    : { code: failure.code, type: failure.family, message, request_id: request.id }
  return reply
    .code(statusOf[failure.family])
    .headers({ 'cache-control': 'no-store', ...headers })
    .send(body)
}

/** Add one endpoint: caller, then shapes, then the handler, then the answer. */
export function serveEndpoint(server: FastifyInstance, endpoint: Endpoint, deps: Deps): void {
  const params = (request: FastifyRequest) => request.params as Record<string, string>
  for (const path of [endpoint.path, ...(endpoint.formerPaths ?? [])]) {
    server.route({
      method: endpoint.method,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      handler: run,
      onResponse(_request, reply, done) {
        deps.metrics.requests.inc({ operation: endpoint.operationId, status: reply.statusCode })
        done()
      },
    })
  }

  async function run(request: FastifyRequest, reply: FastifyReply) {
    if (isHostile([request.params, request.query, request.body])) {
      return refuse(request, reply, badRequest(request, 'holds a NUL character, or is nested too deeply'))
    }
    const grant = await endpoint.access.resolve(request, params(request), deps)
    if (grant instanceof Refused) return refuse(request, reply, grant.refusal)
    const input = parseInput(endpoint, request)
    if ('problem' in input) return refuse(request, reply, badRequest(request, input.problem))
    try {
      return send(endpoint, reply, await endpoint.run({ grant, request, ...input }, deps))
    } catch (thrown) {
      if (thrown instanceof Failed) return refuse(request, reply, thrown.refusal)
      throw thrown
    }
  }
}

const MAX_DEPTH = 32

/** Whether a value holds NUL, which no text column takes, or is too deep to be walked safely. */
function isHostile(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  if (depth > MAX_DEPTH) return true
  return Object.entries(value).some(([name, member]) => name.includes('\0') || isHostile(member, depth + 1))
}

type Input = { params: unknown; query: unknown; body: unknown }

function parseInput(endpoint: Endpoint, request: FastifyRequest): Input | { problem: string } {
  const parsed: Record<keyof Input, unknown> = { params: undefined, query: undefined, body: undefined }
  for (const part of ['params', 'query', 'body'] as const) {
    const result = endpoint[part]?.safeParse(request[part])
    if (result && !result.success) return { problem: describe(part, result.error.issues) }
    parsed[part] = result?.data
  }
  return parsed
}

/** Names each fault by its place, never by the value that was sent. */
function describe(part: string, issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => `${[part, ...issue.path].join('.')}: ${issue.message}`)
    .join('; ')
}

function send(endpoint: Endpoint, reply: FastifyReply, answer: Answer) {
  reply.code(endpoint.status).header('cache-control', 'no-store')
  if (answer.headers) reply.headers(answer.headers)
  for (const cookie of answer.cookies ?? []) setCookie(reply, cookie)
  if (endpoint.response === noContent) return reply.send()
  return reply.send(endpoint.response.parse(answer.body))
}

function setCookie(reply: FastifyReply, cookie: Cookie) {
  const { name, value } = cookie
  const twin = unpartitionedTwinOf(cookie)
  // The plugin keeps one cookie of a name, and writes its own after what stands in the header.
  if (twin) reply.header('set-cookie', reply.server.serializeCookie(name, '', twin))
  reply.setCookie(name, value, attributesOf(cookie))
}
