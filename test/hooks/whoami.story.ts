import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startLegacyApp } from './legacy-app.ts'

/** What a vendor answers to a request for one of its paths: a status, and JSON. */
type Answers = Readonly<Record<string, (request: IncomingMessage) => readonly [status: number, json?: unknown]>>

interface Vendor {
  readonly answers: Answers
  readonly tokens: readonly string[]
  readonly over: string
}

const held = (request: IncomingMessage, good: string, json: unknown, none: readonly [number, unknown?] = [401]) =>
  request.headers.cookie === good ? ([200, json] as const) : none

const IDENTITY = {
  id: '880a',
  verifiable_addresses: [
    { value: 'uma@lumen.example', via: 'email', verified: true, status: 'completed' },
    { value: '+14155550123', via: 'sms', verified: false, status: 'sent' },
  ],
}

/** Each as its documentation describes the answer to somebody who is signed in, and to nobody. */
const VENDORS: Readonly<Record<string, Vendor>> = {
  kratos: {
    answers: {
      '/sessions/whoami': (request) =>
        request.headers['x-session-token'] === 'ory_st_uma'
          ? [200, { active: true, identity: IDENTITY }]
          : held(request, 'ory_kratos_session=uma', { active: true, identity: IDENTITY }),
    },
    tokens: ['ory_kratos_session=uma', 'ory_st_uma'],
    over: 'ory_kratos_session=over',
  },
  'better-auth': {
    answers: {
      '/api/auth/get-session': (request) =>
        held(
          request,
          'better-auth.session_token=noa.mac',
          { session: {}, user: { id: '880a', name: 'Noa', email: 'noa@lumen.example', emailVerified: true } },
          [200, null],
        ),
    },
    tokens: ['better-auth.session_token=noa.mac'],
    over: 'better-auth.session_token=over.mac',
  },
  okta: {
    answers: {
      '/api/v1/sessions/me': (request) => held(request, 'sid=eva', { userId: '880a', status: 'ACTIVE' }, [404, {}]),
      '/api/v1/users/880a': (request) =>
        request.headers.authorization === 'SSWS a-key'
          ? [200, { id: '880a', status: 'ACTIVE', profile: { email: 'eva@lumen.example' } }]
          : [401, {}],
    },
    tokens: ['sid=eva'],
    over: 'sid=over',
  },
}

for (const [name, { answers, tokens, over }] of Object.entries(VENDORS)) {
  test(`a session of ${name} comes over by asking it who that is`, async () => {
    let away = false
    const vendor = createServer((request, response) => {
      const path = new URL(request.url ?? '', 'http://localhost').pathname
      const [status, json] = away ? [503] : (answers[path]?.(request) ?? [404])
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(json === undefined ? '' : JSON.stringify(json))
    }).listen(0, '127.0.0.1')
    await once(vendor, 'listening')
    after(() => vendor.close())
    const legacy = await startLegacyApp({
      command: process.execPath,
      args: [join(import.meta.dirname, '../../examples/hooks/vendors/whoami.mjs'), name],
      path: '/',
      env: {
        PORT: '0',
        LEGACY_URL: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
        OKTA_API_TOKEN: 'a-key',
      },
    })
    for (const token of tokens) assert.equal(await legacy.moveOver(token), '880a')
    assert.equal(await legacy.exchange(over), 400)
    assert.equal(await legacy.exchange(`${tokens[0]}→`), 400, 'no header can hold it')
    away = true
    assert.equal(await legacy.exchange(tokens[0] ?? ''), 500)
  })
}
