import type { FastifyReply, FastifyRequest } from 'fastify'
import { setCookie } from './answer-cookie.ts'
import { type Deps, onBehalfOf } from './deps.ts'
import { type Answer, type Endpoint, noContent, Refused, redirection } from './endpoint.ts'
import { Failed, type Refusal, statusOf } from './failure.ts'
import type { FastifyInstance } from './http.ts'
import { readKey, takesKey } from './idempotency/key.ts'
import { answerOnce, type Said } from './idempotency/once.ts'
import { judgeInput } from './judge-input.ts'
import { badRequest, managementError, overloaded, refuse } from './refusals.ts'
import { errorOf } from './sign-ins.ts'
import { withinTrace } from './traces/requests.ts'
import { lastAnswer } from './traffic.ts'
import { admitUploads } from './uploads.ts'

/** Add one endpoint: caller, then shapes, then the handler, then the answer. */
export function serveEndpoint(server: FastifyInstance, endpoint: Endpoint, deps: Deps): void {
  const params = (request: FastifyRequest) => request.params as Record<string, string>
  const isNavigated = endpoint.response === redirection
  const { upload, permission, maxBodyBytes = upload?.maxBytes } = endpoint
  const grants = new WeakMap<FastifyRequest, object>()
  const uploads = admitUploads(deps)
  const answered = lastAnswer(deps)
  for (const path of [endpoint.path, ...(endpoint.formerPaths ?? [])]) {
    server.route({
      method: endpoint.method,
      url: path.replace(/\{(\w+)\}/g, ':$1'),
      handler: withinTrace(deps, run),
      config: {
        operation: endpoint.operationId,
        signIn: endpoint.signIn,
        takesForm: endpoint.form === true,
        takesBytes: upload?.mediaType,
        isNavigated,
      },
      ...(maxBodyBytes !== undefined && { bodyLimit: maxBodyBytes, onRequest: withinTrace(deps, admit) }),
      onResponse(_request, _reply, done) {
        if (endpoint.audience === 'frontend') answered.at = deps.monotonic()
        done()
      },
    })
  }

  /** Nobody whose call is refused has a large body read first, and only so many uploads are read at once. */
  async function admit(request: FastifyRequest, reply: FastifyReply) {
    if (isHostile([request.params, request.query]))
      return refuse(request, reply, badRequest(request, { message: HOSTILE }))
    const grant = await endpoint.access.resolve(request, params(request), onBehalfOf(deps, request.id), permission)
    if (grant instanceof Refused) return refuse(request, reply, grant.refusal)
    if (upload && !uploads.admit(params(request).appID ?? '', reply.raw)) return refuse(request, reply, overloaded)
    grants.set(request, grant)
  }

  async function run(request: FastifyRequest, reply: FastifyReply) {
    if (isNavigated && request.method === 'HEAD') return reply.code(204).header('cache-control', 'no-store').send()
    if (isNavigated && isPrefetch(request)) return refuse(request, reply, overloaded)
    if (isHostile([request.params, request.query, upload ? undefined : request.body])) {
      return refuse(request, reply, badRequest(request, { message: HOSTILE }))
    }
    const own = onBehalfOf(deps, request.id)
    const grant = grants.get(request) ?? (await endpoint.access.resolve(request, params(request), own, permission))
    if (grant instanceof Refused) return refuse(request, reply, grant.refusal)
    const read = takesKey(endpoint) ? readKey(request.headers) : NO_KEY
    if (read.kind === 'unfit') return refuse(request, reply, badRequest(request, { message: read.problem }))
    if (read.kind === 'key') return await runOnce(read.key, request, reply, grant, own)
    const done = await act(request, grant, own)
    return done.kind === 'refused' ? refuse(request, reply, done.refusal) : send(endpoint, request, reply, done.answer)
  }

  async function runOnce(key: string, request: FastifyRequest, reply: FastifyReply, grant: object, own: Deps) {
    const { url, body, headers } = request
    const caller = String(headers.authorization ?? headers.cookie ?? '')
    const appId = params(request).appID ?? ''
    const named = { appId, operationId: endpoint.operationId, caller, key, content: [url, body] }
    const said = await answerOnce(own, named, async () => saidOf(endpoint, await act(request, grant, own)))
    if ('refusal' in said) return refuse(request, reply, said.refusal)
    if (said.status >= 400) request.refusedBy = (said.body as { code: string }).code
    return reply
      .code(said.status)
      .headers({ 'cache-control': 'no-store', ...said.headers })
      .send(said.body)
  }

  async function act(request: FastifyRequest, grant: object, own: Deps): Promise<Done> {
    const input = parseInput(endpoint, request)
    if ('problem' in input) return { kind: 'refused', refusal: badRequest(request, { message: input.problem }) }
    try {
      return { kind: 'answered', answer: await endpoint.run({ grant, request, ...input }, own) }
    } catch (thrown) {
      if (thrown instanceof Failed) return { kind: 'refused', refusal: thrown.refusal }
      throw thrown
    }
  }
}

type Done =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** As it is kept for whoever repeats the request. Nothing that creates for a backend answers cookies or a text. */
function saidOf({ response, status }: Endpoint, done: Done): Said {
  if (done.kind === 'answered')
    return { status, body: response.parse(done.answer.body), headers: (done.answer.headers ?? {}) as Said['headers'] }
  const { refusal } = done
  return {
    status: refusal.status ?? statusOf[refusal.failure.family],
    body: managementError(refusal),
    headers: refusal.headers ?? {},
  }
}

const NO_KEY = { kind: 'none' } as const

/** Whether nobody has asked for it yet: a browser, or what previews links, fetches it in advance. https://wicg.github.io/nav-speculation/prefetch.html */
const isPrefetch = ({ headers }: FastifyRequest): boolean =>
  ['sec-purpose', 'purpose', 'x-moz'].some((name) => /^prefetch\b/i.test(String(headers[name] ?? '')))

const MAX_DEPTH = 32
const HOSTILE = 'holds a NUL character or half of a character, or is nested too deeply'

/** Whether a text is none that can be kept as it is: no text column takes NUL, and halves of characters would all become the same one. */
const isBroken = (text: string) => text.includes('\0') || !text.isWellFormed()

/** Whether a value holds broken text, or is too deep to be walked safely. */
function isHostile(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isBroken(value)
  if (typeof value !== 'object' || value === null) return false
  if (depth > MAX_DEPTH) return true
  // Nothing is built for a member: a body of megabytes has millions, and others wait while they are looked at.
  if (Array.isArray(value)) return value.some((member) => isHostile(member, depth + 1))
  return Object.keys(value).some(isBroken) || Object.values(value).some((member) => isHostile(member, depth + 1))
}

type Input = { params: unknown; query: unknown; body: unknown }

function parseInput(endpoint: Endpoint, request: FastifyRequest): Input | { problem: string } {
  const parsed: Record<keyof Input, unknown> = { params: undefined, query: undefined, body: undefined }
  for (const part of ['params', 'query', 'body'] as const) {
    const shape = endpoint[part]
    if (!shape) continue
    const judged = judgeInput(shape, request[part], part)
    if ('problem' in judged) return judged
    parsed[part] = judged.data
  }
  return parsed
}

function send(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, answer: Answer) {
  reply.code(endpoint.status).header('cache-control', 'no-store')
  if (answer.headers) reply.headers(answer.headers)
  for (const cookie of answer.cookies ?? []) setCookie(reply, cookie)
  if (answer.location !== undefined) {
    reply.header('location', answer.location)
    request.refusedBy = errorOf(answer.location)
  }
  if (endpoint.response === noContent || endpoint.response === redirection) return reply.send()
  if (endpoint.mediaType !== undefined) reply.type(endpoint.mediaType)
  return reply.send(endpoint.response.parse(answer.body))
}
