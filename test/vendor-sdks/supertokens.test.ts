// examples/clients/supertokens.ts on `supertokens-web-js`, sessions in headers, against the refresh call of SuperTokens' frontend driver interface.
import assert from 'node:assert/strict'
import SuperTokens from 'supertokens-web-js'
import Session from 'supertokens-web-js/recipe/session/index.js'
import { supertokens } from '../../examples/clients/supertokens.ts'
import { CookieJar } from './browser-globals.ts'
import { EXPIRED, FRESH, type Stage, tellTheStory } from './stories.ts'
import { startVendor } from './vendor.ts'

const location = {
  href: 'https://app.lumen.example/',
  origin: 'https://app.lumen.example',
  hostname: 'app.lumen.example',
  protocol: 'https:',
}
const page = new CookieJar()
Object.assign(globalThis, { window: globalThis, document: page, location, XMLHttpRequest: class {} })

const frontToken = (ate: number) => Buffer.from(JSON.stringify({ uid: 'ana', ate, up: {} })).toString('base64')

async function supertokensStage(): Promise<Stage> {
  const vendor = await startVendor(({ path, headers }) => {
    assert.deepEqual([path, headers['st-auth-mode']], ['/auth/session/refresh', 'header'])
    if (headers.authorization !== 'Bearer good') return [401, { message: 'unauthorised' }]
    return [
      200,
      {},
      { 'st-access-token': FRESH, 'st-refresh-token': 'good', 'front-token': frontToken(Date.now() + 3_600_000) },
    ]
  })
  SuperTokens.init({
    appInfo: { appName: 'lumen', apiDomain: vendor.origin, apiBasePath: '/auth' },
    recipeList: [Session.init({ tokenTransferMethod: 'header' })],
  })
  return {
    vendor,
    held: undefined,
    async open(refreshToken) {
      const held = {
        'st-access-token': EXPIRED,
        'st-refresh-token': refreshToken,
        sFrontToken: frontToken(2),
        'st-last-access-token-update': '2',
      }
      for (const [name, value] of Object.entries(held)) page.cookie = `${name}=${value}`
      return supertokens(Session)
    },
  }
}

tellTheStory('supertokens', supertokensStage)
