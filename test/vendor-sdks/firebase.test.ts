// examples/clients/firebase.ts on `@firebase/auth` as pages load it, over the calls that Firebase documents for its emulator.
import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteApp, getApps, initializeApp } from '@firebase/app'
import type { Auth, Persistence } from '@firebase/auth'
import type { LegacySdk } from '../../examples/clients/exchange.ts'
import { firebase } from '../../examples/clients/firebase.ts'
import { MemoryStorage } from './browser-globals.ts'
import { EXPIRED, FRESH, failureOf, type Stage, tellOfNobody, tellOfSigningOut, tellTheStory } from './stories.ts'
import { type Answer, startVendor } from './vendor.ts'

const events = new EventTarget()
const listening = {
  addEventListener: events.addEventListener.bind(events),
  removeEventListener: events.removeEventListener.bind(events),
}
// It looks for other tabs' news by a timer that never ends, and gives up on Firebase after half a minute: that is not to be shorter.
const { setTimeout: wait, setInterval: repeat } = globalThis
Object.assign(globalThis, {
  window: globalThis,
  ...listening,
  sessionStorage: new MemoryStorage(),
  document: { ...listening, visibilityState: 'visible' },
  location: { href: 'https://app.lumen.example/', protocol: 'https:', hostname: 'app.lumen.example' },
  setTimeout: (work: () => void, ms = 0, ...rest: []) => wait(work, ms * 100, ...rest).unref(),
  setInterval: (...given: Parameters<typeof repeat>) => repeat(...given).unref(),
})
// Node would be given what is for servers, which keeps nobody.
const forPages = new URL('../../node_modules/@firebase/auth/dist/esm/index.js', import.meta.url)
const sdk: typeof import('@firebase/auth') = await import(forPages.href)

const REFRESH = 'the-refresh-token'
const REFUSALS = { withdrawn: 'TOKEN_EXPIRED', foreign: 'INVALID_REFRESH_TOKEN' }

/** What Firebase knows of the user. */
type Knowledge = 'signed in' | 'good' | 'withdrawn' | 'foreign' | 'in trouble'

function answerOf(path: string, body: string, known: Knowledge): Answer {
  if (path.includes('accounts:signInWithCustomToken')) return signedIn
  if (path.includes('accounts:lookup')) return [200, { users: [{ localId: 'ana' }] }]
  assert.equal(path, '/securetoken.googleapis.com/v1/token?key=web-api-key')
  const { grant_type, refresh_token } = Object.fromEntries(new URLSearchParams(body))
  assert.deepEqual([grant_type, refresh_token], ['refresh_token', REFRESH])
  if (known === 'in trouble') return refusal(503, 'The service is currently unavailable.')
  if (known === 'withdrawn' || known === 'foreign') return refusal(400, REFUSALS[known])
  return known === 'good' ? refreshed(FRESH, '3600') : refreshed(EXPIRED, '0')
}

const refusal = (code: number, message: string): Answer => [code, { error: { code, message } }]

const signedIn: Answer = [200, { idToken: EXPIRED, refreshToken: REFRESH, expiresIn: '0' }]
const refreshed = (token: string, seconds: string): Answer => [
  200,
  { id_token: token, access_token: token, refresh_token: REFRESH, expires_in: seconds, token_type: 'Bearer' },
]

async function startApp(origin: string): Promise<Auth> {
  await Promise.all(getApps().map(deleteApp))
  const auth = sdk.getAuth(initializeApp({ apiKey: 'web-api-key' }))
  sdk.connectAuthEmulator(auth, origin, { disableWarnings: true })
  return auth
}

interface FirebaseStage extends Stage {
  /** The app of somebody who signed in long ago starts again; `keeping`: where it keeps them, unless in the database. */
  open(news: Knowledge, keeping?: Persistence): Promise<LegacySdk>
  learn(news: Knowledge): void
}

async function firebaseStage(): Promise<FirebaseStage> {
  let known: Knowledge
  const vendor = await startVendor(({ path, body }) => answerOf(path, body, known))
  return {
    vendor,
    held: REFRESH,
    learn(news) {
      known = news
    },
    async open(news, keeping = sdk.indexedDBLocalPersistence) {
      known = 'signed in'
      const before = await startApp(vendor.origin)
      await sdk.setPersistence(before, keeping)
      await sdk.signInWithCustomToken(before, 'custom-token')
      const auth = await startApp(vendor.origin)
      known = news
      return firebase(auth)
    },
  }
}

tellOfNobody('firebase', () => firebase(sdk.getAuth(initializeApp({ apiKey: 'web-api-key' }))))
tellTheStory('firebase', firebaseStage)
tellOfSigningOut('firebase', firebaseStage, () => sdk.getAuth().signOut())

test('firebase: what was held when the app started is there after the SDK threw it away, for a refusal or for trouble', async () => {
  const { open } = await firebaseStage()
  const { indexedDBLocalPersistence, browserLocalPersistence, browserSessionPersistence } = sdk
  const cases = [
    ['withdrawn', indexedDBLocalPersistence],
    ['foreign', browserLocalPersistence],
    ['in trouble', browserSessionPersistence],
  ] as const
  for (const [news, keeping] of cases) {
    const legacy = await open(news, keeping)
    assert.equal(await legacy.freshLegacyToken(), undefined, news)
    assert.equal(await legacy.heldLegacyToken(), REFRESH, news)
  }
})

test('firebase: what Firebase says of a user who was fine at start is a refusal, or trouble', async () => {
  const { open, learn } = await firebaseStage()
  for (const news of ['withdrawn', 'foreign', 'in trouble'] as const) {
    const legacy = await open('good')
    assert.equal(await legacy.freshLegacyToken(), FRESH)
    learn(news)
    assert.equal(legacy.isOver(await failureOf(legacy)), news !== 'in trouble', news)
  }
})
