import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutboundOutcome, OutboundRequest } from '../../platform/safe-fetch.ts'
import type { ApiAnswer } from '../api/channel.ts'
import type { Call } from './api.ts'
import { follow, waitAfter } from './follow.ts'

const PULLED = {
  events: [
    { id: 'evt_1', type: 'user.created', sequence: 7 },
    { id: 'evt_2', type: 'user\u001b[2J', sequence: 8 },
  ],
  body: '{"app_id":"shop","events":["é"]}',
  headers: { 'x-webhook-signature': 'rsassa-pss-sha256=AA' },
}
const DELIVERY = { delivery: PULLED }
const NOTHING = {}
const answered = (body: unknown): ApiAnswer => ({ kind: 'answered', body })
const status = (code: number): OutboundOutcome => ({
  kind: 'answered',
  status: code,
  headers: {},
  body: Buffer.alloc(0),
})

/** Follow while the server and the receiver have answers left, and write down what was done. */
async function followAll(server: readonly ApiAnswer[], receiver: readonly OutboundOutcome[]) {
  const over = new AbortController()
  const [answers, outcomes] = [[...server], [...receiver]]
  const calls: unknown[][] = []
  const posts: OutboundRequest[] = []
  const lines: string[] = []
  const waits: number[] = []
  const call: Call = async (...made) => {
    calls.push(made)
    const answer = answers.shift()
    if (answers.length === 0) over.abort()
    return answer ?? assert.fail('called too often')
  }
  const ended = await follow(
    {
      call,
      fetch: async (request) => {
        posts.push(request)
        return outcomes.shift() ?? assert.fail('posted too often')
      },
      webhookId: 'web_1',
      forward: 'http://localhost:3000/hook',
      say: (line) => lines.push(line),
      wait: async (ms) => void waits.push(ms),
    },
    over.signal,
  )
  return { ended, calls, posts, lines, waits }
}

const PULL = ['GET', '/webhooks/web_1/next']
const COMMIT = ['POST', '/webhooks/web_1/commit', { sequence: 8 }]

test('a delivery is posted as it was signed, told of event by event, and committed', async () => {
  const { ended, calls, posts, lines, waits } = await followAll(
    [answered(DELIVERY), answered({}), answered(NOTHING)],
    [status(204)],
  )
  assert.equal(ended, undefined)
  assert.deepEqual(calls, [PULL, COMMIT, PULL])
  assert.equal(posts[0]?.url, 'http://localhost:3000/hook')
  assert.equal(posts[0]?.body, PULLED.body)
  assert.deepEqual(posts[0]?.headers, { ...PULLED.headers, 'content-length': '33' })
  assert.deepEqual(lines, ['#7  user.created  evt_1  → 204', '#8  user\\u001b[2J  evt_2  → 204'])
  assert.deepEqual(waits, [0, 1_000])
})

test('what is not taken is pulled and sent again, later and later, and committed only then', async () => {
  const pulls = Array.from({ length: 3 }, () => answered(DELIVERY))
  const { calls, lines, waits } = await followAll(
    [...pulls, answered({}), answered(NOTHING)],
    [status(500), { kind: 'failed', reason: 'network' }, status(200)],
  )
  assert.deepEqual(calls, [PULL, PULL, PULL, COMMIT, PULL])
  assert.deepEqual(
    lines.filter((line) => line.startsWith('#7')).map((line) => line.split(' → ')[1]),
    ['500', 'nobody answers there', '200'],
  )
  assert.deepEqual(waits, [1_000, 2_000, 0, 1_000])
})

test('a server that is away is asked again; one that says no ends it', async () => {
  const away: ApiAnswer = { kind: 'away', reason: 'the server answered 503' }
  const { ended, lines, waits } = await followAll(
    [away, answered(DELIVERY), away, { kind: 'refused', reason: 'no such webhook' }, answered(NOTHING)],
    [status(200)],
  )
  assert.equal(ended, 'no such webhook')
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('#')),
    [away.reason, away.reason],
  )
  assert.deepEqual(waits, [1_000, 2_000])
})

test('it waits half a minute at most', () => {
  assert.deepEqual(
    [1, 2, 5, 6, 99].map((failures) => waitAfter('failed', failures)),
    [1_000, 2_000, 16_000, 30_000, 30_000],
  )
})
