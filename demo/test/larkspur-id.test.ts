import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pkce } from '../../test/builders.ts'
import { openLarkspurId } from '../server/larkspur-id.ts'

const ORIGIN = 'https://localhost:9'
const CALLBACK = `${ORIGIN}/v1/session/login/oauth/larkspur/callback`
const { issuer } = await openLarkspurId([ORIGIN])

/** A browser, as far as it takes one: it keeps cookies, by the path that they are for. */
function newBrowser() {
  const jar = new Map<string, string>()
  return async (url: string, method = 'GET') => {
    const { pathname } = new URL(url)
    const cookie = [...jar].filter(([key]) => pathname.startsWith(key.split(' ')[0] ?? '')).map(([, pair]) => pair)
    const answer = await fetch(url, { method, redirect: 'manual', headers: { cookie: cookie.join('; ') } })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      jar.set(`${/path=([^;]+)/.exec(line)?.[1]} ${pair.split('=')[0]}`, pair)
    }
    return { status: answer.status, headers: answer.headers, location: answer.headers.get('location') ?? '', answer }
  }
}

/** As far as the page on which a visitor chooses. */
async function choosing() {
  const browse = newBrowser()
  const url = new URL('/auth', issuer)
  const asked = { client_id: 'antiphon-demo', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email' }
  const { challenge } = pkce()
  const proof = { state: 's', nonce: 'n', code_challenge: challenge, code_challenge_method: 'S256' }
  url.search = new URLSearchParams({ ...asked, ...proof }).toString()
  const page = new URL((await browse(url.href)).location, issuer).href
  const choose = async (person: string) => await browse(new URL(person, page).href, 'POST')
  return { browse, page, choose }
}

test('its page runs nothing inline, brings what it needs, and may lead to the demo alone', async () => {
  const { browse, page } = await choosing()
  const { answer, headers } = await browse(page)
  const policy = String(headers.get('content-security-policy'))
  assert.match(policy, /^default-src 'none'; /)
  assert.match(policy, new RegExp(`form-action 'self' ${ORIGIN};`))
  const html = await answer.text()
  assert.doesNotMatch(html, /<script|<style|\sstyle=|\son\w+=|https?:\/\/|<!-- |\$id/)
  assert.match((await browse(new URL('/style.css', issuer).href)).headers.get('content-type') ?? '', /^text\/css/)
})

test('each person on its page is one it knows, and comes with a code; whoever is none comes with a refusal', async () => {
  const { browse, page } = await choosing()
  const html = await (await browse(page)).answer.text()
  const choices = [...html.matchAll(/formaction="([^"]+)"/g)].map(([, choice = '']) => choice)
  assert.equal(choices.length, 4)
  for (const choice of choices) {
    const { browse, choose } = await choosing()
    const chosen = await choose(choice)
    assert.equal(chosen.status, 303)
    const back = new URL((await browse(chosen.location)).location)
    assert.equal(back.origin + back.pathname, CALLBACK)
    assert.equal(back.searchParams.has('code'), choice !== 'cancel')
    assert.equal(back.searchParams.get('error'), choice === 'cancel' ? 'access_denied' : null)
  }
})

test('whoever comes back to its page after they have chosen is led to the demo, as is a stranger to it', async () => {
  const { browse, page, choose } = await choosing()
  const stranger = await newBrowser()(page)
  assert.deepEqual([stranger.status, stranger.location], [303, `${ORIGIN}/demo/`])
  await browse((await choose('larkspur_ada-lovelace')).location)
  for (const again of [await browse(page), await choose('larkspur_ada-lovelace')]) {
    assert.deepEqual([again.status, again.location], [303, `${ORIGIN}/demo/`])
  }
})

test('it asks every time, whoever was let in before', async () => {
  const { browse, choose } = await choosing()
  await browse((await choose('larkspur_ada-lovelace')).location)
  const url = new URL('/auth', issuer)
  const { challenge } = pkce()
  const asked = { client_id: 'antiphon-demo', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid' }
  url.search = new URLSearchParams({ ...asked, code_challenge: challenge, code_challenge_method: 'S256' }).toString()
  assert.match((await browse(url.href)).location, /\/choose\//)
})

test('it listens at the port after the demo’s, or at another when that is taken or none', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { issuer: elsewhere } = await openLarkspurId([`https://localhost:${port - 1}`])
  assert.notEqual(new URL(elsewhere).port, String(port))
  await new Promise((resolve) => other.close(resolve))
  const { issuer: beside } = await openLarkspurId([`https://localhost:${port - 1}`])
  assert.equal(beside, `http://127.0.0.1:${port}`)
  assert.ok((await fetch(`${(await openLarkspurId(['https://localhost:65535'])).issuer}/jwks`)).ok)
})
