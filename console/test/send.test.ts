import assert from 'node:assert/strict'
import { beforeEach, describe, mock, test } from 'node:test'
import { call, requestOf } from '../src/api/call.ts'
import { Failure } from '../src/api/failure.ts'
import { send } from '../src/api/send.ts'

interface Asked {
  readonly url: string
  readonly method: string | undefined
  readonly headers: Headers
}

const asked: Asked[] = []
let answers: (() => Response)[] = []

mock.method(globalThis, 'fetch', async (url: string, init: RequestInit) => {
  asked.push({ url, method: init.method, headers: new Headers(init.headers) })
  const answer = answers.shift()
  if (!answer) throw new TypeError('the network is gone')
  return answer()
})

const says = (value: unknown) => () => Response.json(value)
const refuses = (code: string, status: number) => () =>
  Response.json({ code, message: 'No.' }, { status, headers: { 'x-request-id': 'req_1' } })

beforeEach(() => {
  asked.length = 0
  answers = []
})

describe('calls of the console', () => {
  test('what only reads is asked for twice where no answer comes', async () => {
    await assert.rejects(send({ method: 'GET', url: '/v2/x' }), ({ isLost }: Failure) => isLost)
    assert.equal(asked.length, 2)
  })

  test('what changes something is sent once, and is lost where no answer comes', async () => {
    await assert.rejects(send({ method: 'POST', url: '/v2/x', body: {} }), ({ isLost }: Failure) => isLost)
    assert.equal(asked.length, 1)
    assert.equal(asked[0]?.headers.get('x-antiphon-console'), '1')
  })

  test('a refusal has code, message and request id', async () => {
    answers = [refuses('not_found', 404)]
    await assert.rejects(send({ method: 'GET', url: '/v2/x' }), (error) => {
      assert.ok(error instanceof Failure)
      assert.deepEqual([error.code, error.message, error.status, error.requestId], ['not_found', 'No.', 404, 'req_1'])
      return true
    })
  })

  test('what creates has an idempotency key, and nothing else has', async () => {
    answers = [says({ job: {} }), says({ users: [] })]
    await call('createUserJob', { path: { appID: 'demo' }, body: { action: 'block', filter: { ids: ['usr_1'] } } })
    await call('listUsers', { path: { appID: 'demo' } })
    assert.match(asked[0]?.headers.get('idempotency-key') ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(asked[1]?.headers.has('idempotency-key'), false)
  })

  test('a path is filled in and escaped, and what is not asked for is left out', () => {
    const query = { query: 'a b', status: undefined, limit: 50 }
    assert.deepEqual(requestOf('listUsers', { path: { appID: 'a/b' }, query }), {
      method: 'GET',
      url: '/v2/session/apps/a%2Fb/users?query=a+b&limit=50',
      body: undefined,
    })
  })
})
