// examples/clients/descope.ts on `@descope/web-js-sdk`, against Descope's documented refresh call.
import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { descope } from '../../examples/clients/descope.ts'
import { CookieJar } from './browser-globals.ts'
import { EXPIRED, FRESH, jwt, type Stage, storage, tellOfNobody, tellTheStory } from './stories.ts'
import { startVendor } from './vendor.ts'

const location = { href: 'https://app.lumen.example/', origin: 'https://app.lumen.example', search: '' }
Object.assign(globalThis, { window: globalThis, document: new CookieJar(), location })
// It tells the console of every refusal.
mock.method(console, 'debug', () => undefined)
// It looks when it is loaded whether this is a page.
const { default: createSdk } = await import('@descope/web-js-sdk')

const PROJECT = 'P2abcdefghijklmnopqrstuvwxyz'
const REFRESH = jwt('refresh')
const sdkAt = (baseUrl: string) => descope(createSdk({ projectId: PROJECT, baseUrl, persistTokens: true }))

async function descopeStage(): Promise<Stage> {
  let isWithdrawn = false
  const vendor = await startVendor(({ path, headers }) => {
    assert.equal(path.split('?')[0], '/v1/auth/refresh')
    assert.equal(headers.authorization, `Bearer ${PROJECT}:${REFRESH}`)
    if (isWithdrawn) return [401, { errorCode: 'E061005', errorDescription: 'Token is invalid' }]
    return [200, { sessionJwt: FRESH, refreshJwt: REFRESH, cookieExpiration: 0 }]
  })
  return {
    vendor,
    held: REFRESH,
    async open(refreshToken) {
      isWithdrawn = refreshToken === 'withdrawn'
      storage.setItem('DS', EXPIRED)
      storage.setItem('DSR', REFRESH)
      return sdkAt(vendor.origin)
    },
  }
}

tellOfNobody('descope', () => sdkAt('https://api.descope.example'))
tellTheStory('descope', descopeStage)
