import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { pipeline } from 'node:stream'
import { after, describe, test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { configure, legacyServer, migrate, personOf, progressOf, rowsOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

type Fault = readonly [name: string, listener: RequestListener, status: 400 | 500, reason: string]

const says =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }
const tells = (json: unknown, status = 200) => says(JSON.stringify(json), status)

const ADA = 'ada@example.com'
const good = personOf('legacy-1', ADA)
const goodButFor = (rest: object) => tells(personOf('legacy-1', ADA, rest))
/** The good answer with white space before it, this many bytes in all. */
const padded = (bytes: number) => JSON.stringify(good).padStart(bytes)

function* blanks() {
  while (true) yield Buffer.alloc(16_384, ' ')
}

const FAULTS: readonly Fault[] = [
  ['it hangs up', (request) => request.socket.destroy(), 500, 'request_failed'],
  [
    'it hangs up in the middle of its answer',
    (_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"user":', () => response.socket?.destroy())
    },
    500,
    'request_failed',
  ],
  ['it answers 500', tells(good, 500), 500, 'invalid_status_code'],
  ['it answers 503', tells(good, 503), 500, 'invalid_status_code'],
  ['it answers 400', tells(good, 400), 400, 'invalid_status_code'],
  ['it answers 401', tells(good, 401), 400, 'invalid_status_code'],
  ['it answers 403', tells(good, 403), 400, 'invalid_status_code'],
  ['it answers 404', tells(good, 404), 400, 'invalid_status_code'],
  ['it answers 410', tells(good, 410), 400, 'invalid_status_code'],
  ['it answers 422', tells(good, 422), 400, 'invalid_status_code'],
  ['it answers 408', tells(good, 408), 500, 'invalid_status_code'],
  ['it answers 425', tells(good, 425), 500, 'invalid_status_code'],
  ['it answers 429', tells(good, 429), 500, 'invalid_status_code'],
  ['it redirects', says('', 302, { location: '/good' }), 500, 'invalid_status_code'],
  ['it redirects to its login', says('', 303, { location: '/login' }), 500, 'invalid_status_code'],
  ['it redirects and keeps the method', says('', 307, { location: '/good' }), 500, 'invalid_status_code'],
  ['it has moved for good', says('', 308, { location: '/good' }), 500, 'invalid_status_code'],
  ['it answers 304', says('', 304), 500, 'invalid_status_code'],
  ['it answers 599', tells(good, 599), 500, 'invalid_status_code'],
  ['it says one byte more than 64 KiB', says(padded(65_537)), 500, 'response_decode_failed'],
  ['it never stops talking', (_, response) => pipeline(blanks(), response, () => {}), 500, 'response_decode_failed'],
  ['it answers nothing', says(''), 500, 'response_decode_failed'],
  ['it answers 204', says('', 204), 500, 'response_decode_failed'],
  ['it answers HTML', says('<html>'), 500, 'response_decode_failed'],
  ['it answers JSON that breaks off', says(JSON.stringify(good).slice(0, -1)), 500, 'response_decode_failed'],
  [
    'it answers two JSON texts',
    says(`${JSON.stringify(good)}\n${JSON.stringify(good)}`),
    500,
    'response_decode_failed',
  ],
  ['it answers compressed bytes', says(Buffer.from([0x1f, 0x8b, 8, 0])), 500, 'response_decode_failed'],
  ['it answers a list', tells([good]), 500, 'invalid_response'],
  ['it answers null', tells(null), 500, 'invalid_response'],
  ['it answers a number', tells(1), 500, 'invalid_response'],
  ['it answers a user without envelope', tells(good.user), 500, 'invalid_response'],
  ['it answers an error of its own with 200', tells({ error: 'maintenance' }), 500, 'invalid_response'],
  ['the external id is missing', goodButFor({ external_id: undefined }), 400, 'missing_external_id'],
  ['there are no identifiers', goodButFor({ identifiers: [] }), 400, 'missing_identifiers'],
  ['the external id cannot be kept', goodButFor({ external_id: ['legacy-1'] }), 400, 'invalid_response'],
  [
    'the last identifier is none',
    goodButFor({ identifiers: [{ type: 'email_address', value: 'ada' }] }),
    400,
    'missing_identifiers',
  ],
  [
    'no identifier is of a type that anybody knows',
    goodButFor({ identifiers: [{ type: 'iban', value: '1' }] }),
    400,
    'missing_identifiers',
  ],
]

/** Says one byte every 100 ms, for as long as anybody listens. */
const drips: RequestListener = (_, response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '), 100)
  response.on('close', () => clearInterval(timer))
  after(() => clearInterval(timer))
}

const SLOW: readonly Fault[] = [
  ['it does not answer within five seconds', () => {}, 500, 'request_failed'],
  ['it begins to answer and does not end within five seconds', drips, 500, 'request_failed'],
]

const listeners = new Map<string, RequestListener>(
  [...FAULTS, ...SLOW].map(([name, listener]) => [pathOf(name), listener]),
)
listeners.set('/good', tells(good))
listeners.set('/full', says(padded(65_536)))

function pathOf(name: string): string {
  return `/${encodeURIComponent(name)}`
}

const legacy = await legacyServer((request, response) => listeners.get(request.url ?? '')?.(request, response))
const network = {
  allowPrivate: true,
  extraCertificateAuthority: legacy.certificate,
  resolve: async (host: string) => (host === 'nowhere.example.com' ? [] : [{ address: '127.0.0.1', family: 4 }]),
}
const worlds = await Promise.all(ENGINES.map(async (engine) => ({ engine, w: await world(engine, { network }) })))

let tokens = 0

/** Migrate against a hook that fails, and see that the failure is told to the backend alone and leaves nothing else behind. */
async function assertFails(w: World, app: TestApp, status: 400 | 500, reason: string) {
  const before = await rowsOf(w, app)
  const token = `legacy-token-${++tokens}`
  const code = status === 400 ? 'bad_request' : 'internal'
  const answer = await migrate(app, token)
  assertRefused(answer, code, code)
  assert.ok(!JSON.stringify(answer.body).includes(reason))
  assert.deepEqual(await rowsOf(w, app), before)
  const now = rfc3339(w.deps.now())
  assert.deepEqual(await eventsOf(w, app, 'migration.hook_failed'), [{ reason, occurred_at: now }])
  assert.deepEqual((await progressOf(app)).failures, [{ reason, count: 1, last_at: now }])
  assert.ok(!w.log.join('').includes(token))
}

async function appWith(w: World, url: string): Promise<TestApp> {
  const app = await application(w)
  await configure(app, { session_validation_url: url })
  return app
}

for (const { engine, w } of worlds) {
  test(`${engine}: a hook that answers as it should is believed, up to 64 KiB`, async () => {
    assert.equal((await migrate(await appWith(w, `${legacy.origin}/good`))).status, 200)
    assert.equal((await migrate(await appWith(w, `${legacy.origin}/full`))).status, 200)
  })

  for (const [name, , status, reason] of FAULTS) {
    test(`${engine}: ${status} ${reason} when ${name}`, async () => {
      await assertFails(w, await appWith(w, `${legacy.origin}${pathOf(name)}`), status, reason)
    })
  }

  test(`${engine}: 500 request_failed when nobody listens`, async () => {
    await assertFails(w, await appWith(w, 'https://localhost:1/'), 500, 'request_failed')
  })

  test(`${engine}: 500 request_failed when there is no such name`, async () => {
    await assertFails(w, await appWith(w, 'https://nowhere.example.com/'), 500, 'request_failed')
  })

  test(`${engine}: 500 request_failed when the certificate is for another name`, async () => {
    const connections = legacy.connections()
    await assertFails(w, await appWith(w, `https://other.example.com:${legacy.port}/good`), 500, 'request_failed')
    assert.equal(legacy.connections(), connections + 1)
  })
}

describe('slow hooks, all at once', { concurrency: true }, () => {
  for (const { engine, w } of worlds) {
    for (const [name, , status, reason] of SLOW) {
      test(`${engine}: ${status} ${reason} when ${name}`, async () => {
        await assertFails(w, await appWith(w, `${legacy.origin}${pathOf(name)}`), status, reason)
      })
    }
  }
})
