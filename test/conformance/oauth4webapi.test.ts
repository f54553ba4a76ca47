import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { application, challengeToken, FINALIZE, pkce, REFRESH, REVOKE, send, type TestApp, user } from '../builders.ts'
import { ENGINES, type World, world } from '../world.ts'

/** A client whose proofs, nonce handling and challenges are oauth4webapi's. Its clock is today's; the server's stands in January. */
async function independentClient(w: World, app: TestApp) {
  const dpop = oauth.DPoP({ client_id: 'web' } as oauth.Client, await oauth.generateKeyPair('ES256'))
  const sent: string[] = []

  const customFetch = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: unknown },
  ) => {
    sent.push(new URL(url).pathname)
    const { pathname, search } = new URL(url)
    const headers = { ...init.headers, host: app.host }
    const body = typeof init.body === 'string' ? { body: init.body } : {}
    const answer = await send(w, `${pathname}${search}`, { method: init.method, headers, ...body })
    const text = answer.status === 204 ? null : JSON.stringify(answer.body)
    return new Response(text, { status: answer.status, headers: answer.headers })
  }
  const request = (path: string, init: { method?: string; token?: string; refreshToken?: string; body?: object }) => {
    const headers = new Headers({ ...(init.refreshToken && { 'x-refresh-token': init.refreshToken }) })
    if (init.body) headers.set('content-type', 'application/json')
    const body = init.body ? JSON.stringify(init.body) : null
    const url = new URL(app.origin + path)
    const options = { DPoP: dpop, [oauth.customFetch]: customFetch as never }
    return oauth.protectedResourceRequest(init.token ?? 'none', init.method ?? 'POST', url, headers, body, options)
  }
  return { request, sent, thumbprint: await dpop.calculateThumbprint() }
}

for (const engine of ENGINES) {
  test(`${engine}: an independent client finalizes, answers the nonce challenge, refreshes, lists and revokes`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const { verifier, challenge } = pkce()
    const challenge_token = await challengeToken(w, app, await user(w, app), challenge)
    const client = await independentClient(w, app)
    const finalize = () => client.request(FINALIZE, { body: { challenge_token, code_verifier: verifier } })

    await assert.rejects(finalize(), (error) => oauth.isDPoPNonceError(error))
    const opened = await finalize()
    assert.equal(opened.status, 200)
    const { access_token } = (await opened.json()) as { access_token: string }
    const first = opened.headers.get('x-refresh-token') ?? ''

    const refreshed = await client.request(REFRESH, { refreshToken: first })
    assert.equal(refreshed.status, 200)
    const second = refreshed.headers.get('x-refresh-token') ?? ''
    assert.notEqual(second, first)

    const listed = await client.request('/v1/session/me/list?limit=5', { method: 'GET', token: access_token })
    assert.equal(((await listed.json()) as { total: number }).total, 1)

    assert.equal((await client.request(REVOKE, { refreshToken: second })).status, 204)
    const refused = await client.request(REFRESH, { refreshToken: second })
    assert.equal(refused.status, 401)
    assert.deepEqual(client.sent.filter((path) => path === FINALIZE).length, 2, 'one nonce challenge, one retry')
  })

  test(`${engine}: jose verifies the access token by the published keys, and it names the independent client's key`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const client = await independentClient(w, app)
    const body = { challenge_token: await challengeToken(w, app, await user(w, app)) }
    await client.request(FINALIZE, { body }).catch(() => {})
    const opened = await client.request(FINALIZE, { body })
    const { access_token } = (await opened.json()) as { access_token: string }

    const keys = createLocalJWKSet((await app.call('/.well-known/jwks.json')).body)
    const currentDate = new Date(w.deps.now())
    const { payload } = await jwtVerify(access_token, keys, { typ: 'at+jwt', issuer: app.host, currentDate })
    assert.deepEqual(payload.cnf, { jkt: client.thumbprint })
    const challengeKeys = createLocalJWKSet((await app.call('/.well-known/step-up-jwks.json')).body)
    await assert.rejects(jwtVerify(access_token, challengeKeys, { currentDate }))
    await jwtVerify(body.challenge_token, challengeKeys, { typ: 'challenge+jwt', audience: app.id, currentDate })
  })

  test(`${engine}: a proof that names another access token is refused`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const client = await independentClient(w, app)
    const body = { challenge_token: await challengeToken(w, app, await user(w, app)) }
    await client.request(FINALIZE, { body }).catch(() => {})
    const opened = await client.request(FINALIZE, { body })
    const { access_token } = (await opened.json()) as { access_token: string }
    const proofs: string[] = []
    const dpop = oauth.DPoP({ client_id: 'web' } as oauth.Client, await oauth.generateKeyPair('ES256'))
    const grab = async (_: string, init: { headers: Record<string, string> }) => {
      proofs.push(init.headers.dpop ?? '')
      return new Response('{}')
    }
    const url = new URL(`${app.origin}/v1/session/me/list`)
    const options = { DPoP: dpop, [oauth.customFetch]: grab as never }
    await oauth.protectedResourceRequest('another', 'GET', url, new Headers(), null, options)
    const answer = await app.call('/v1/session/me/list', {
      headers: { authorization: `DPoP ${access_token}`, dpop: proofs[0] ?? '' },
    })
    assert.equal(answer.body.code, 'invalid_dpop_proof')
  })
}
