import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What `backend.ts` is told with: calls, shapes, rows, and a receiver of webhooks and hooks. Nothing of it comes from the project.
 */

const [base = '', app = '', key = '', frontend = base] = process.argv.slice(2)
if (!key) throw new Error('usage: backend.ts <base url> <app id> <management key> [frontend url]')
export const appId = app
/** The bare host is what tokens name as their issuer. */
export const issuer = new URL(frontend).host

// ---- calls

export interface Answer {
  readonly call: string
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; the text, where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: it is the server's, and judged by shapes
  readonly body: any
}

async function http(method: string, url: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const init: RequestInit = { method, headers: { ...json, ...headers }, signal: AbortSignal.timeout(15_000) }
  const answer = await fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) })
  const text = await answer.text()
  const isJson = text && answer.headers.get('content-type')?.includes('json')
  const call = `${method} ${url.replace(`${base}/v2/session/apps/${app}`, '')}`
  return { call, status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
}

/** A management call; `path` is relative to the application. */
const by = (method: string) => (path: string, body?: unknown) =>
  http(method, `${base}/v2/session/apps/${app}${path}`, body, { authorization: `Bearer ${key}` })
const del = by('DELETE')

/** A removal whose address is not documented: by a body, as a scope is removed, else in the path, as a group is left. */
async function delByName(path: string, body: Record<string, string>): Promise<Answer> {
  const answer = await del(path, body)
  return [404, 405].includes(answer.status) ? del(`${path}/${Object.values(body)[0]}`) : answer
}

/** GET /mode with these headers and no key of ours. */
const modeWith = (headers: Record<string, string>) =>
  http('GET', `${base}/v2/session/apps/${app}/mode`, undefined, headers)

export const manage = { get: by('GET'), post: by('POST'), put: by('PUT'), patch: by('PATCH'), del, delByName, modeWith }

/** A call of a client of the application, to its own host. */
export const client = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  http(body ? 'POST' : 'GET', frontend + path, body, headers)

// ---- shapes

type Check = (value: unknown, at: string) => string | undefined
/** A check, a pattern, or what has just these members or items at least; anything else is what the value must equal. */
export type Shape = Check | RegExp | string | number | boolean | null | undefined | Shape[] | Members
type Members = { [member: string]: Shape }

const kind =
  (name: string, is: (value: unknown) => boolean): Check =>
  (value, at) =>
    is(value) ? undefined : `${at} is ${JSON.stringify(value)}, not ${name}`
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const text = kind('a string', (value) => typeof value === 'string')
const number = kind('a number', (value) => typeof value === 'number')
const flag = kind('a boolean', (value) => typeof value === 'boolean')
const time = kind('a time', (value) => typeof value === 'string' && RFC3339.test(value))
const object = kind('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value))
const not = (unwanted: unknown) => kind(`other than ${unwanted}`, (value) => value !== unwanted)
const has = (item: unknown) => kind(`a list with ${item}`, (value) => Array.isArray(value) && value.includes(item))
const lacks = (item: unknown) =>
  kind(`a list without ${item}`, (value) => Array.isArray(value) && !value.includes(item))
/** A list of such items; of this many, where a number is given. */
const list =
  (shape: Shape, length?: number): Check =>
  (value, at) => {
    if (!Array.isArray(value)) return `${at} is ${JSON.stringify(value)}, not a list`
    if (length !== undefined && value.length !== length) return `${at} has ${value.length} items, not ${length}`
    return value.map((item, index) => fault(item, shape, `${at}[${index}]`)).find(Boolean)
  }
/** A text that holds this one: a token's scopes, a document. */
const holding = (part: string) => kind(`a text with ${part}`, (value) => String(value).includes(part))

/** The first thing about a value that is not of the shape. */
function fault(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof shape === 'function') return shape(value, at)
  if (shape instanceof RegExp)
    return kind(String(shape), (one) => typeof one === 'string' && shape.test(one))(value, at)
  if (typeof shape !== 'object' || shape === null) return kind(String(shape), (one) => one === shape)(value, at)
  if (Array.isArray(shape) && !(Array.isArray(value) && value.length === shape.length))
    return `${at} is ${JSON.stringify(value)}, not a list of ${shape.length}`
  if (typeof value !== 'object' || value === null) return `${at} is ${JSON.stringify(value)}, not an object`
  const members = Object.entries(shape)
  return members
    .map(([name, inner]) => fault((value as Record<string, unknown>)[name], inner, `${at}.${name}`))
    .find(Boolean)
}

export const shapes = { text, number, flag, time, object, list, has, lacks, not, holding }

// ---- rows

interface Row {
  readonly id: number | string
  readonly title: string
  checks: number
  readonly faults: string[]
}
const played = new Map<number | string, Row>()

function note(id: number | string, title: string, fault: string | undefined): void {
  const row = played.get(id) ?? { id, title, checks: 0, faults: [] }
  played.set(id, row)
  row.checks++
  if (fault) row.faults.push(fault)
}

/** Checks something that is no answer of the management API; a thrown error is a fault as well. */
async function that(id: number | string, says: string, shape: Shape, value: unknown): Promise<void> {
  const settled = await Promise.resolve(value).catch((error: Error) => error.message)
  note(id, says, fault(settled, shape, says))
}

async function answered(id: number | string, call: Promise<Answer>, judge: (answer: Answer) => string | undefined) {
  try {
    const answer = await call
    const wrong = judge(answer)
    note(id, answer.call, wrong && `${answer.call} → ${answer.status} ${JSON.stringify(answer.body)}: ${wrong}`)
    return answer
  } catch (error) {
    note(id, 'no answer', String(error))
    return undefined
  }
}

/** The call succeeds by this status (`2xx`: the documents do not say which) with a body of the shape; gives the body. */
async function ok(id: number | string, call: Promise<Answer>, status: number | '2xx', shape?: Shape) {
  const answer = await answered(id, call, (answer) => {
    if (status === '2xx' ? !/^2\d\d$/.test(String(answer.status)) : answer.status !== status) return `not ${status}`
    if (answer.status === 204 && answer.body !== '') return 'a 204 has no body'
    return shape === undefined ? undefined : fault(answer.body, shape, 'body')
  })
  return typeof answer?.body === 'object' ? answer.body : {}
}

const FAMILIES = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict' }

/** The call is refused in the envelope; by one of the statuses, by any code, where the documents do not say which. */
async function no(id: number | string, call: Promise<Answer>, statuses: number | number[], code?: string) {
  await answered(id, call, (answer) => {
    if (![statuses].flat().includes(answer.status)) return `not refused by ${statuses}`
    const family = FAMILIES[answer.status as keyof typeof FAMILIES]
    return fault(answer.body, { code: code ?? /^[a-z0-9_]+$/, status: family, message: /\S/ }, 'body')
  })
}
/** Refused as a bad request, by its documented code. */
const bad = (id: number | string, call: Promise<Answer>) => no(id, call, 400, 'invalid_request')

const order = (row: Row) => (typeof row.id === 'number' ? row.id : 1000 + row.id.charCodeAt(0))

/** Prints each row and the sum; a row up to `last` that was never played has failed. */
function sum(last: number): void {
  for (let id = 1; id <= last; id++) if (!played.has(id)) note(id, '', 'never called')
  const sorted = [...played.values()].sort((a, b) => order(a) - order(b))
  for (const { id, title, checks, faults } of sorted) {
    console.log(
      `${faults.length > 0 ? 'FAIL' : 'ok  '} ${String(id).padStart(2)}  ${title.replace(/[a-z]+_\w{26}/g, '{id}')} (${checks})`,
    )
    for (const fault of faults) console.log(`         ${fault.slice(0, 600)}`)
  }
  const failed = sorted.filter((row) => row.faults.length > 0)
  console.log(
    `${sorted.length - failed.length} of ${sorted.length} rows pass; fail: ${failed.map((row) => row.id).join(' ') || 'none'}`,
  )
  process.exitCode = failed.length > 0 ? 1 : 0
}

export const rows = { that, ok, no, bad, sum }

// ---- tokens, signatures, the receiver

/** The claims of a JWT; part 0 is its header. */
export const claimsOf = (token: unknown, part = 1) =>
  JSON.parse(Buffer.from(String(token).split('.')[part] ?? '', 'base64url').toString() || '{}')

/** A key as Apple gives it out: P-256, PKCS #8, PEM. */
export async function newP8Key(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
  return ['-----BEGIN PRIVATE KEY-----', ...(base64.match(/.{1,64}/g) ?? []), '-----END PRIVATE KEY-----', ''].join(
    '\n',
  )
}

const PS256 = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }

/** Whether the signature (base64url) is the application's over these bytes, by its public keys. */
async function signedByApp(body: Buffer, signature: string, keyId: unknown): Promise<boolean> {
  const { keys } = (await client('/.well-known/jwks.json', undefined)).body
  const jwk = keys.find((one: { kid: string; kty: string }) => (keyId ? one.kid === keyId : one.kty === 'RSA'))
  if (!jwk) return false
  const publicKey = await crypto.subtle.importKey('jwk', { kty: jwk.kty, n: jwk.n, e: jwk.e }, PS256, false, ['verify'])
  return crypto.subtle.verify(PS256, publicKey, Buffer.from(signature, 'base64url'), Uint8Array.from(body))
}

interface Delivered {
  readonly id: string
  readonly type: string
  readonly payload: Record<string, unknown>
}

/** The backend's own web server: answers the challenge for `token`, takes deliveries at /webhook, fails as a hook everywhere else. */
export async function receiver(token: string) {
  const seen = {
    events: [] as Delivered[],
    challenges: [] as Record<string, string>[],
    hooks: {} as Record<string, unknown>,
    faults: [] as string[],
  }

  async function take(request: IncomingMessage, raw: Buffer): Promise<number> {
    const header = String(request.headers['x-webhook-signature'])
    const [, signature = ''] = /^(?:rsassa-pss-sha256=)?(.*)$/.exec(header) ?? []
    const isSigned = await signedByApp(raw, signature, request.headers['x-webhook-signature-key-id'])
    if (!isSigned) seen.faults.push(`${request.url}: signature ${header} is not the application's`)
    const body = JSON.parse(raw.toString())
    const isWebhook = request.url === '/webhook'
    // The algorithm is named to webhooks, and not to hooks.
    if (isWebhook !== (header !== signature)) seen.faults.push(`${request.url}: signature header is ${header}`)
    if (!isWebhook) seen.hooks[String(request.url)] = body
    else if (body.app_id === app && Array.isArray(body.events)) seen.events.push(...body.events)
    else seen.faults.push(`${request.url}: ${raw}`)
    return isWebhook ? 200 : 500
  }

  function challenge(request: IncomingMessage): string {
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://here').searchParams)
    seen.challenges.push(query)
    return JSON.stringify({ challenge: query.verification_token === token ? Number(query.challenge) : 0 })
  }

  const server = createServer(async (request, response) => {
    const raw = Buffer.concat(await request.toArray())
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(challenge(request))
    } else {
      const fails = (error: Error) => seen.faults.push(error.message) && 500
      response.writeHead(await take(request, raw).catch(fails)).end()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))

  let patience = 200
  /** Waits for an event of the shape, ten seconds at most for all of them together; gives the nearest there was, or what there were. */
  async function event(type: string, shape: Shape): Promise<Delivered | string> {
    for (;;) {
      const candidates = seen.events.filter((one) => one.type === type)
      const found = candidates.find((one) => !fault(one, shape, type))
      if (found) return found
      if (patience-- <= 0 || seen.challenges.length === 0)
        return candidates[0] ?? `none among ${seen.events.map((one) => one.type).join(' ') || 'no events at all'}`
      await new Promise((later) => setTimeout(later, 50))
    }
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, event, close: () => server.close() }
}
