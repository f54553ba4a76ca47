import assert from 'node:assert/strict'
import { constants, createPublicKey, verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import type { EventTables } from '../../src/core/events/tables.ts'
import type { WebhookTables } from '../../src/core/webhooks/tables.ts'
import type { Answer, TestApp } from '../builders.ts'
import { send } from '../send.ts'
import { ENGINES, type EngineName, type World, world } from '../world.ts'

/** What a receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly body: ReceivedBody
}

export interface ReceivedBody {
  readonly app_id: string
  readonly delivery_id: string
  readonly sent_at: string
  readonly replayed?: boolean
  readonly test?: boolean
  readonly events: readonly ReceivedEvent[]
}

export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly payload: Record<string, unknown>
  readonly created_at: string
  readonly sequence: number
}

/** How it answers a delivery: by a status, or with headers and a text; `hang` for never. */
export type Reply = number | { status: number; headers?: Record<string, string>; text?: string } | 'hang'

export interface Receiver {
  readonly url: string
  readonly port: number
  /** Deliveries, oldest first. */
  readonly received: Received[]
  /** Query of each challenge. */
  readonly challenges: URLSearchParams[]
  /** Every event of every delivery that was answered 2xx, as they came. */
  readonly taken: ReceivedEvent[]
  /** From now on. */
  reply(how: (got: Received) => Reply): void
  /** How the challenge is answered; by default with the number. */
  answerChallenge(how: (challenge: number) => unknown): void
  close(): Promise<void>
}

/** A server of somebody's, that answers the challenge and keeps what it gets. */
export async function receiver(): Promise<Receiver> {
  const received: Received[] = []
  const challenges: URLSearchParams[] = []
  const taken: ReceivedEvent[] = []
  let how: (got: Received) => Reply = () => 200
  let answer: (challenge: number) => unknown = (challenge) => ({ challenge })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'GET') {
        const query = new URL(request.url ?? '', 'http://receiver').searchParams
        challenges.push(query)
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer(Number(query.get('challenge')))))
        return
      }
      const raw = Buffer.concat(chunks).toString()
      const got = { headers: request.headers, raw, body: JSON.parse(raw) as ReceivedBody }
      received.push(got)
      const reply = how(got)
      if (reply === 'hang') return
      const { status, headers = {}, text = '' } = typeof reply === 'number' ? { status: reply } : reply
      if (status >= 200 && status <= 299) taken.push(...got.body.events)
      response.writeHead(status, headers).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  after(close)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    challenges,
    taken,
    reply(next) {
      how = next
    },
    answerChallenge(next) {
      answer = next
    },
    close,
  }
}

/** Worlds whose outbound calls reach receivers here. */
export const openStages = (): Promise<{ engine: EngineName; w: World }[]> =>
  Promise.all(
    ENGINES.map(async (engine) => ({
      engine,
      w: await world(engine, { config: { allowPrivateHooks: true }, network: { allowPrivate: true } }),
    })),
  )

/** A webhook that is active. Answers its id. */
export async function webhook(
  app: TestApp,
  url: string,
  events: readonly string[] = ['user.created'],
  more: Record<string, unknown> = {},
): Promise<string> {
  const created = await app.manage('/webhooks', { body: { url, verification_token: 'secret', events, ...more } })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const { id } = created.body.webhook
  const active = await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
  assert.equal(active.status, 200, JSON.stringify(active.body))
  return id
}

export async function pulled(app: TestApp, events: readonly string[] = ['user.created']): Promise<string> {
  const created = await app.manage('/webhooks', { body: { kind: 'pull', events } })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  return created.body.webhook.id
}

/** A webhook as it is read. */
export async function readWebhook(app: TestApp, id: string): Promise<Record<string, unknown>> {
  const answer = await app.manage(`/webhooks/${id}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.webhook
}

type PublishedKey = { kid: string; alg: string } & Record<string, string>

/** Assert that a delivery is signed by a key in the application's JWKS, as a stranger would. */
export async function assertSigned(w: World, app: TestApp, { headers, raw }: Received): Promise<void> {
  const jwks: Answer = await send(w, '/.well-known/jwks.json', { headers: { host: app.host } })
  const kid = headers['x-webhook-signature-key-id']
  const jwk = (jwks.body.keys as PublishedKey[]).find((one) => one.kid === kid)
  assert.ok(jwk, 'the key is published')
  const [scheme, signature = ''] = String(headers['x-webhook-signature']).split('=')
  assert.equal(scheme, 'rsassa-pss-sha256')
  const key = {
    key: createPublicKey({ key: jwk, format: 'jwk' }),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  }
  assert.ok(verify('sha256', Buffer.from(raw), key, Buffer.from(signature, 'base64url')), 'the signature is right')
}

/** Every table that holds rows of webhooks. */
export const WEBHOOK_TABLES = [
  'webhooks',
  'webhook_lanes',
  'webhook_events',
  'webhook_queue',
  'webhook_deliveries',
  'webhook_items',
  'webhook_tries',
  'webhook_hours',
] as const

/** How many rows of an application are in one of them. */
export async function rowsIn(w: World, app: TestApp, table: (typeof WEBHOOK_TABLES)[number]): Promise<number> {
  const rows = await w.deps.db
    .withTables<WebhookTables & EventTables>()
    .selectFrom(table)
    .select('app_id')
    .where('app_id', '=', app.id)
    .execute()
  return rows.length
}
