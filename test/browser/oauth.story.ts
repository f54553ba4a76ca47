import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { claimsOf } from '../builders.ts'
import { CONFIG, configOf, type Played, PROVIDER_NAMES, play } from '../house/oauth.ts'
import { configure, openForeignSite, openStage, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, openTab, reopen, type Tab } from './tab.ts'

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** The page of a provider as its user sees it: one button that goes back, by query or by form. */
function pageOf(back: Record<string, string>, callback: string, method: 'get' | 'post'): string {
  const fields = Object.entries(back).map(
    ([name, value]) => `<input type=hidden name="${name}" value="${escaped(value)}">`,
  )
  return `<!doctype html><title>Provider</title><form method=${method} action="${escaped(callback)}">${fields.join('')}<button>Continue</button></form>`
}

/** Have the browser find the provider's page at its own address. */
async function showPage(context: BrowserContext, played: Played): Promise<void> {
  const isPage = (url: URL) => url.searchParams.has('client_id') && url.protocol === 'https:'
  await context.route(isPage, async (route) => {
    const url = route.request().url()
    const callback = new URL(url).searchParams.get('redirect_uri') ?? ''
    const method = played.name === 'apple' ? 'post' : 'get'
    await route.fulfill({ contentType: 'text/html', body: pageOf(played.consent(url), callback, method) })
  })
}

/** An app on an origin of its own, whose users log in by a provider. */
async function openShop(t: TestContext, provider: string) {
  const w = await openStage('sqlite')
  const origin = `https://shop.test:${await openForeignSite()}`
  const redirectUris = [`${origin}/`]
  const app = await stagedApp(w, { allowedOrigins: [origin], redirectUris })
  const played = await play(w, provider)
  await configure(app, `${CONFIG}/${provider}`, configOf(provider))
  const context = await newContext(t)
  await showPage(context, played)
  const begin = async (tab: Tab) => {
    // The page is left while the SDK still runs in it.
    await Promise.all([tab.page.waitForURL((url) => url.searchParams.has('client_id')), leave(tab)])
  }
  const leave = (tab: Tab) => tab.sdk('loginWithOAuth', { provider, redirectURI: `${origin}/` }).catch(() => undefined)
  return { w, app, played, origin, context, begin, open: () => openTab(context, origin, app.host) }
}

/** On the provider's page: go on. Answers what the app got. */
async function goOn(page: Page, origin: string): Promise<Record<string, string>> {
  await Promise.all([page.waitForURL((url) => url.origin === origin), page.click('button')])
  return Object.fromEntries(new URL(page.url()).searchParams)
}

for (const provider of PROVIDER_NAMES) {
  test(`a page of another site logs in by ${provider}, through the provider’s page and back`, async (t) => {
    const { w, app, origin, begin, open } = await openShop(t, provider)
    const tab = await open()
    await begin(tab)
    const gone = await goOn(tab.page, origin)
    assert.deepEqual(Object.keys(gone), ['challenge_token'], w.log.at(-1) ?? '')
    await reopen(tab, app.host)
    await tab.sdk('finalizeOAuthLogin', gone.challenge_token ?? '')
    const { user_id, amr } = await storedSession(w, app, tab)
    assert.equal(user_id, claimsOf(gone.challenge_token ?? '').sub)
    assert.deepEqual(JSON.parse(amr), ['fed'])
    await tab.sdk('refresh')
    const made = await lines(tab)
    assert.ok(made.includes(`POST /login/oauth/${provider}/authorize 200`), made.join())
    assert.ok(made.includes('POST /login/finalize 200'), made.join())
  })
}

test('a user who goes back to the provider’s page and on again, or reloads, lands in the app as before', async (t) => {
  const { app, played, origin, begin, open } = await openShop(t, 'google')
  const tab = await open()
  await begin(tab)
  const first = await goOn(tab.page, origin)
  await tab.page.goBack()
  assert.match(tab.page.url(), /^https:\/\/accounts\.google\.com\//)
  assert.deepEqual(await goOn(tab.page, origin), first)
  await tab.page.reload()
  // The provider gave another code, which is good as long as it shows the same account.
  assert.equal(played.calls('/token'), 2)
  await reopen(tab, app.host)
  await tab.sdk('finalizeOAuthLogin', first.challenge_token ?? '')
  await tab.page.reload()
  await reopen(tab, app.host)
  assert.ok((await tab.sdk('getProfile'))?.sub)
})

test('of two tabs that log in at once the later one gets in, and the other is told to start again', async (t) => {
  const { app, origin, begin, open } = await openShop(t, 'google')
  const [one, two] = [await open(), await open()]
  await begin(one)
  await begin(two)
  const earlier = await goOn(one.page, origin)
  const later = await goOn(two.page, origin)
  await reopen(two, app.host)
  await two.sdk('finalizeOAuthLogin', later.challenge_token ?? '')
  await reopen(one, app.host)
  // The SDK keeps one verifier, that of the login begun last, until somebody has finalized.
  const error = await one.sdkError('finalizeOAuthLogin', earlier.challenge_token ?? '')
  assert.equal(error, 'Error: Missing PKCE code verifier')
  assert.ok((await one.sdk('getProfile'))?.sub, 'the browser is logged in all the same')
})

test('who cancels at the provider is told so in the app, and is nobody', async (t) => {
  const { played, origin, begin, open, app } = await openShop(t, 'google')
  const consent = played.consent
  played.consent = (url) => ({ error: 'access_denied', state: consent(url).state ?? '' })
  const tab = await open()
  await begin(tab)
  assert.equal((await goOn(tab.page, origin)).error, 'access_denied')
  assert.deepEqual((await app.manage('/users')).body.users, [])
})
