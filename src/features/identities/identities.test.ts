import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  claimsOf,
  dpopKey,
  grant,
  login,
  pkce,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import {
  CONFIG,
  comeBack,
  configOf,
  play,
  REDIRECT_URI,
  returned,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { COMPANY, connect } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'

import { finalizeWith } from '../../../test/house/tokens.ts'

const LIST = '/v1/session/me/identities'
const SCOPE = 'prld:identities:write'
const ANA = 'ana@example.com'

for (const { engine, w } of await stages()) {
  const idsOf = async (client: Awaited<ReturnType<typeof login>>): Promise<string[]> =>
    (await client.bearer(LIST)).body.identities.map(({ id }: { id: string }) => id)

  /** A production application that sends codes to nobody. */
  async function withoutCodes(): Promise<TestApp> {
    const app = await application(w, { mode: 'prod' })
    await play(w, 'google')
    await app.manage(`${CONFIG}/google`, { body: configOf('google') })
    await app.manage(`${CONFIG}/github`, { body: configOf('github') })
    return app
  }

  test(`${engine}: users see the accounts that they log in by, and unlink one after a step-up`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { gone } = await through(app, played)
    const userId = String(claimsOf(gone.challenge_token ?? '').sub)
    const client = await login(w, app, userId)
    const { identities } = (await client.bearer(LIST)).body
    const [{ id, ...shown }] = identities
    assert.deepEqual(shown, { provider: 'google', email: ANA, created_at: shown.created_at })
    assert.match(id, /^fid_[0-9a-z]{26}$/)
    const path = `${LIST}/${id}`
    const refused = await client.bearer(path, { method: 'DELETE' })
    assertRefused(refused, 'insufficient_scope', 'forbidden')
    assert.match(refused.headers.get('www-authenticate') ?? '', /scope="prld:identities:write"/)
    await grant(w, app, client, SCOPE)
    assertNoContent(await client.bearer(path, { method: 'DELETE' }))
    assert.deepEqual(await idsOf(client), [])
    assert.equal(await holderOf(w, app, 'google', '108'), undefined)
    assertRefused(await client.bearer(path, { method: 'DELETE' }), 'insufficient_scope', 'forbidden')
    const [event] = (await app.manage('/events?type=user.identity.deleted')).body.events
    assert.deepEqual(event.payload.identity, { provider: 'google', subject: '108' })
    await w.drain()
    assert.match((await app.manage('/mailbox')).body.mail[0].text, /was removed from your account/)
  })

  test(`${engine}: a login that is under way by an account which is unlinked does not end in a session`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { gone, verifier } = await through(app, played)
    const userId = String(claimsOf(gone.challenge_token ?? '').sub)
    const path = `/users/${userId}/federated_identities`
    const [{ id, created_at, ...shown }] = (await app.manage(path)).body.federated_identities
    assert.deepEqual(shown, { provider: 'google', subject: '108', email: ANA })
    assertNoContent(await app.manage(`${path}/${id}`, { method: 'DELETE' }))
    assert.equal((await app.manage(`${path}/${id}`, { method: 'DELETE' })).status, 404)
    const answer = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
    assertRefused(answer, 'invalid_challenge_token', 'bad_request')
    assert.ok(created_at)
  })

  test(`${engine}: a proof may come along and must hold; a wrong one costs no scope`, async () => {
    const { app } = await withProvider(w, 'google')
    const userId = await user(w, app, { email: ANA })
    await linkAccount(w, app, userId, 'google', '1')
    const client = await login(w, app, userId)
    await grant(w, app, client, SCOPE)
    const path = `${LIST}/${(await idsOf(client))[0]}`
    const stranger = await dpopKey(w)
    const proof = async (method: string, url: string, key = client.key) => ({
      dpop: (await key?.proof(`${app.origin}${url}`, { method })) ?? '',
    })
    for (const [method, url] of [
      ['GET', LIST],
      ['DELETE', path],
    ] as const) {
      const call = (headers: Record<string, string>) => client.bearer(url, { method, headers })
      assertRefused(await call({ authorization: 'Bearer none' }), 'unauthorized', 'unauthorized')
      assertRefused(await call({ dpop: 'garbage' }), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await call(await proof(method, url, stranger)), 'dpop_key_mismatch', 'unauthorized')
    }
    assertNoContent(await client.bearer(path, { method: 'DELETE', headers: await proof('DELETE', path) }))
  })

  test(`${engine}: the last way in stays, and costs no scope`, async () => {
    const app = await withoutCodes()
    const userId = await user(w, app, { email: ANA })
    await linkAccount(w, app, userId, 'google', '1')
    await linkAccount(w, app, userId, 'github', '1')
    await linkAccount(w, app, userId, 'facebook', '1')
    const client = await login(w, app, userId)
    await grant(w, app, client, SCOPE)
    const { identities } = (await client.bearer(LIST)).body
    const idOf = (provider: string) => identities.find((one: { provider: string }) => one.provider === provider).id
    const remove = (provider: string) => client.bearer(`${LIST}/${idOf(provider)}`, { method: 'DELETE' })
    assertNoContent(await remove('github'))
    await grant(w, app, client, SCOPE)
    // That of a provider which is not configured logs nobody in.
    for (let i = 0; i < 2; i++) assertRefused(await remove('google'), 'last_way_in', 'conflict')
    await app.manage('/config/login/otp', { body: { channel_type: 'email' } })
    assertNoContent(await remove('google'))
  })

  test(`${engine}: an account that a company does not speak for any more is no way in`, async () => {
    const app = await withoutCodes()
    const played = await play(w, 'okta')
    const ofCompany = (domains: string[]) =>
      configOf('okta', {
        type: 'enterprise',
        enterprise: { email_domain_allowlist: domains, default_redirect_uri: REDIRECT_URI },
        options: { use_email_as_identifier: true, allow_email_account_merge: true },
      })
    await app.manage('', { method: 'PATCH', body: { redirect_uris: [REDIRECT_URI] } })
    const made = await app.manage(`${CONFIG}/okta`, { body: ofCompany(['example.com']) })
    const { connection_id } = made.body.config
    const begun = await app.call('/v1/session/login/oauth/authorize', {
      body: { connection_id, code_challenge: pkce().challenge },
    })
    const { challenge_token = '' } = returned(await comeBack(app, 'okta', played.consent(begun.body.authorization_url)))
    const userId = String(claimsOf(challenge_token).sub)
    await linkAccount(w, app, userId, 'google', '1')
    const change = { method: 'PUT', body: ofCompany(['example.net']) }
    assert.equal((await app.manage(`${CONFIG}/okta/${connection_id}`, change)).status, 200)
    const client = await login(w, app, userId)
    await grant(w, app, client, SCOPE)
    const { identities } = (await client.bearer(LIST)).body
    const { id } = identities.find(({ provider }: { provider: string }) => provider === 'google')
    assertRefused(await client.bearer(`${LIST}/${id}`, { method: 'DELETE' }), 'last_way_in', 'conflict')
  })

  test(`${engine}: an account at a company’s connection is a way in, as long as that is there, enabled and speaks for its address`, async () => {
    const app = await withoutCodes()
    const connection = await connect(w, app)
    const userId = await user(w, app, { email: 'ada@home.example' })
    await linkAccount(w, app, userId, connection.id, '7', `ada@${COMPANY}`)
    const client = await login(w, app, userId)
    const removeGoogle = async () => {
      await linkAccount(w, app, userId, 'google', '1')
      await grant(w, app, client, SCOPE)
      const { identities } = (await client.bearer(LIST)).body
      const { id } = identities.find(({ provider }: { provider: string }) => provider === 'google')
      return await client.bearer(`${LIST}/${id}`, { method: 'DELETE' })
    }
    const domains = (...email_domain_allowlist: string[]) => connection.set({ behavior: { email_domain_allowlist } })
    assertNoContent(await removeGoogle())
    await domains()
    assertNoContent(await removeGoogle())
    await domains('other.example')
    assertRefused(await removeGoogle(), 'last_way_in', 'conflict')
    await domains(COMPANY)
    await connection.set({ enabled: false })
    assertRefused(await removeGoogle(), 'last_way_in', 'conflict')
    await connection.remove()
    assertRefused(await removeGoogle(), 'last_way_in', 'conflict')
  })

  test(`${engine}: whoever must come by their company’s connection keeps the account there, whatever else they have`, async () => {
    const { app } = await withProvider(w, 'google')
    const connection = await connect(w, app)
    const it = await user(w, app, { email: `ada@${COMPANY}` })
    await linkAccount(w, app, it, connection.id, '7', `ada@${COMPANY}`)
    w.advance(1)
    await linkAccount(w, app, it, 'google', '1')
    const another = await connect(w, app, { behavior: { email_domain_allowlist: [] } })
    await linkAccount(w, app, it, another.id, '7')
    const client = await login(w, app, it)
    const [ofCompany, ofGoogle] = await idsOf(client)
    const remove = async (id: string | undefined) => {
      await grant(w, app, client, SCOPE)
      return await client.bearer(`${LIST}/${id}`, { method: 'DELETE' })
    }
    await connection.set({ behavior: { enforce_login: true } })
    assertRefused(await remove(ofCompany), 'last_way_in', 'conflict')
    assertNoContent(await remove(ofGoogle))
    await connection.set({ behavior: { enforce_login: false } })
    assertNoContent(await remove(ofCompany))
  })

  test(`${engine}: the operator sees which connection an account is of; one that is deleted leaves its accounts, and their users signed in`, async () => {
    const app = await application(w)
    const connection = await connect(w, app)
    const userId = await user(w, app, { email: ANA })
    await linkAccount(w, app, userId, connection.id, '7', `ada@${COMPANY}`)
    w.advance(1)
    await linkAccount(w, app, userId, 'google', '1')
    const client = await login(w, app, userId)
    const shown = async () =>
      (await app.manage(`/users/${userId}/federated_identities`)).body.federated_identities.map(
        ({ provider, connection_name }: Record<string, string>) => [provider, connection_name],
      )
    assert.deepEqual(await shown(), [
      [connection.id, 'Acme'],
      ['google', undefined],
    ])
    await connection.remove()
    assert.deepEqual(await shown(), [
      [connection.id, undefined],
      ['google', undefined],
    ])
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: an account of another user, or of nobody, is not there`, async () => {
    const { app } = await withProvider(w, 'google')
    const other = await user(w, app, { email: 'other@example.com' })
    await linkAccount(w, app, other, 'google', '7')
    const [{ id }] = (await app.manage(`/users/${other}/federated_identities`)).body.federated_identities
    const client = await login(w, app, await user(w, app, { email: ANA }))
    await grant(w, app, client, SCOPE)
    for (const one of [id, 'fid_nobody', 'x']) {
      assertRefused(await client.bearer(`${LIST}/${one}`, { method: 'DELETE' }), 'not_found', 'not_found')
      const path = `/users/${client.userId}/federated_identities/${one}`
      assert.equal((await app.manage(path, { method: 'DELETE' })).status, 404)
    }
    assert.equal((await app.manage('/users/usr_nobody/federated_identities')).status, 404)
    assert.equal(await holderOf(w, app, 'google', '7'), other)
  })
}
