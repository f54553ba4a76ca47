// examples/clients/stytch.ts on `@stytch/vanilla-js`, headless, against the session call of Stytch's frontend API.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { stytch } from '../../examples/clients/stytch.ts'
import { CookieJar } from './browser-globals.ts'
import { EXPIRED, FRESH, failureOf, type Stage, tellOfSigningOut, tellTheStory } from './stories.ts'
import { startVendor } from './vendor.ts'

const page = new CookieJar()
const location = {
  href: 'https://app.lumen.example/',
  origin: 'https://app.lumen.example',
  hostname: 'app.lumen.example',
  protocol: 'https:',
  search: '',
}
const events = new EventTarget()
const addEventListener = events.addEventListener.bind(events)
Object.assign(globalThis, { window: globalThis, document: page, location, addEventListener })
// It tells the console of every refusal.
for (const level of ['warn', 'error'] as const) mock.method(console, level, () => undefined)
// It asks one host over HTTPS, and looks after its session by timers that never end.
let origin = ''
const { fetch: ask, setTimeout: wait, setInterval: repeat } = globalThis
Object.assign(globalThis, {
  fetch: (url: string, init: RequestInit) => ask(url.replace('https://test.stytch.com', origin), init),
  setTimeout: (...given: Parameters<typeof wait>) => wait(...given).unref(),
  setInterval: (...given: Parameters<typeof repeat>) => repeat(...given).unref(),
})
const { createStytchClient } = await import('@stytch/vanilla-js/headless')

const PUBLIC_TOKEN = 'public-token-test-11111111-2222-4333-8444-555555555555'

/** What the SDK is told of the project before anything else. */
const PROJECT = {
  password_config: null,
  captcha_settings: { enabled: false },
  rbac_policy: { roles: [], resources: [], scopes: [] },
}

let client: ReturnType<typeof createStytchClient>

async function stytchStage(): Promise<Stage> {
  const vendor = await startVendor(({ path, headers }) => {
    if (path !== '/sdk/v1/sessions/authenticate') return [200, { data: PROJECT }]
    const [, sessionToken] = Buffer.from(String(headers.authorization).slice('Basic '.length), 'base64')
      .toString()
      .split(':')
    if (sessionToken !== 'good')
      return [404, { status_code: 404, error_type: 'session_not_found', error_message: 'Session could not be found.' }]
    const session = {
      session_id: 'session-1',
      user_id: 'ana',
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    }
    return [
      200,
      { data: { session, user: { user_id: 'ana' }, session_token: 'good', session_jwt: FRESH, status_code: 200 } },
    ]
  })
  origin = vendor.origin
  return {
    vendor,
    async open(refreshToken) {
      page.cookie = `stytch_session=${refreshToken}`
      page.cookie = `stytch_session_jwt=${EXPIRED}`
      client = createStytchClient(PUBLIC_TOKEN)
      return stytch(client)
    },
  }
}

tellTheStory('stytch', stytchStage)
tellOfSigningOut('stytch', stytchStage, () => client.session.revoke())

test('stytch: what was held when the app started is there after the SDK threw it away', async () => {
  const withdrawn = await (await stytchStage()).open('withdrawn')
  await failureOf(withdrawn)
  assert.equal(await withdrawn.heldLegacyToken(), EXPIRED)
})
