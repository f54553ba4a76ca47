import assert from 'node:assert/strict'
import { afterEach, mock, test } from 'node:test'
import { type LegacySdk, MOVED_KEY, moveOver, type Outcome } from '../../examples/clients/exchange.ts'
import { beAPage } from './browser-globals.ts'

const VERIFIER_KEY = 'prld.oauth.code_verifier'
const storage = beAPage()
afterEach(() => {
  storage.clear()
  mock.restoreAll()
})

const OVER = new Error('the legacy session is over')
const AWAY = new Error('the vendor is away')

/** What the vendor does, what is held, and what the server says to it; 0 is no answer. */
interface Case {
  readonly fresh: string | undefined | Error
  readonly held?: string
  readonly status?: number
  readonly finalized?: boolean
  readonly outcome: Outcome
  /** The token that the server is shown. */
  readonly shown?: string
}

const CASES: Readonly<Record<string, Case>> = {
  'a fresh token is taken': { fresh: 'new', held: 'old', status: 200, shown: 'new', outcome: 'here' },
  'a fresh token is refused': { fresh: 'new', held: 'old', status: 400, shown: 'new', outcome: 'refused' },
  'the server is troubled': { fresh: 'new', status: 500, shown: 'new', outcome: 'later' },
  'the server has had enough': { fresh: 'new', status: 429, shown: 'new', outcome: 'later' },
  'the server is away': { fresh: 'new', status: 0, shown: 'new', outcome: 'later' },
  'the login is not finalized': { fresh: 'new', status: 200, finalized: false, shown: 'new', outcome: 'later' },
  'nobody is signed in': { fresh: undefined, outcome: 'nobody' },
  'the vendor forgot what is held': { fresh: undefined, held: 'old', status: 200, shown: 'old', outcome: 'here' },
  'the vendor says no, we say yes': { fresh: OVER, held: 'old', status: 200, shown: 'old', outcome: 'here' },
  'the vendor says no, and we do': { fresh: OVER, held: 'old', status: 400, shown: 'old', outcome: 'refused' },
  'the vendor says no, and nothing is held': { fresh: OVER, outcome: 'nobody' },
  'the vendor is away, we say yes': { fresh: AWAY, held: 'old', status: 200, shown: 'old', outcome: 'here' },
  'the vendor is away, we say no': { fresh: AWAY, held: 'old', status: 400, shown: 'old', outcome: 'later' },
  'the vendor is away, and nothing is held': { fresh: AWAY, outcome: 'later' },
}

/** A legacy SDK that throws away what it holds when it refreshes in vain, as most do. */
function legacyOf({ fresh, held }: Case) {
  const sdk = { held, forgotten: false, refreshes: 0 }
  const legacy: LegacySdk = {
    async freshLegacyToken() {
      sdk.refreshes++
      if (!(fresh instanceof Error)) return fresh
      sdk.held = undefined
      throw fresh
    },
    isOver: (error) => error === OVER,
    heldLegacyToken: async () => sdk.held,
    async forgetLegacySession() {
      sdk.forgotten = true
      throw new Error('it cannot')
    },
  }
  return { sdk, legacy }
}

function serverOf({ status, finalized = true }: Case) {
  const shown: string[] = []
  mock.method(globalThis, 'fetch', async (url: string, init: RequestInit) => {
    assert.equal(url, 'https://session.lumen.example/v1/session/migration')
    const { token, code_challenge } = JSON.parse(String(init.body))
    assert.match(code_challenge, /^[\w-]{43}$/)
    shown.push(token)
    if (!status) throw new TypeError('Failed to fetch')
    return Response.json({ challenge_token: 'a-challenge' }, { status })
  })
  const client = {
    async finalizeOAuthLogin(token: string) {
      assert.equal(token, 'a-challenge')
      assert.match(storage.getItem(VERIFIER_KEY) ?? '', /^[\w-]{43}$/)
      if (!finalized) throw new Error('the answer is lost')
    },
  }
  return { shown, client }
}

for (const [name, given] of Object.entries(CASES)) {
  test(`moving over: ${name}`, async () => {
    const { sdk, legacy } = legacyOf(given)
    const { shown, client } = serverOf(given)
    assert.equal(await moveOver('session.lumen.example', client, legacy), given.outcome)
    assert.deepEqual(shown, given.shown ? [given.shown] : [])
    const isHere = given.outcome === 'here'
    assert.deepEqual([sdk.forgotten, storage.getItem(MOVED_KEY)], [isHere, isHere ? 'yes' : null])

    const again = await moveOver('session.lumen.example', client, legacy)
    assert.equal(again === 'here', isHere)
    assert.equal(sdk.refreshes, isHere ? 1 : 2)
  })
}

test('calls beside each other make one exchange, with locks and without', async (t) => {
  for (const locks of [navigator.locks, undefined]) {
    storage.clear()
    const given: Case = { fresh: 'new', status: 200, outcome: 'here' }
    const { sdk, legacy } = legacyOf(given)
    const { shown, client } = serverOf(given)
    t.mock.getter(navigator, 'locks', () => locks)
    const outcomes = await Promise.all([1, 2, 3].map(() => moveOver('session.lumen.example', client, legacy)))
    assert.deepEqual([outcomes, shown.length, sdk.refreshes], [['here', 'here', 'here'], 1, 1])
    mock.restoreAll()
    t.mock.restoreAll()
  }
})

test('a legacy SDK that never answers holds nobody up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const given: Case = { fresh: undefined, held: 'old', status: 200, outcome: 'here' }
  const { legacy } = legacyOf(given)
  const { shown, client } = serverOf(given)
  const silent = { ...legacy, freshLegacyToken: () => new Promise<never>(() => undefined) }
  const moving = moveOver('session.lumen.example', client, silent)
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate)
    t.mock.timers.tick(1_000)
  }
  assert.equal(await moving, 'here')
  assert.deepEqual(shown, ['old'])
})
