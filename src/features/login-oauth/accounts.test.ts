import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, login, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import { configure as configureMigration, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import {
  CONFIG,
  configOf,
  OKTA_ISSUER,
  OWN_ISSUER,
  type Played,
  play,
  REDIRECT_URI,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'

const MERGING = { options: { use_email_as_identifier: true, allow_email_account_merge: true } }
const ANA = 'ana@example.com'

for (const { engine, w } of await stages()) {
  async function userAfter(app: TestApp, played: Played): Promise<string> {
    const { gone, verifier } = await through(app, played)
    assert.ok(gone.challenge_token, JSON.stringify([gone, w.log.at(-1)]))
    const session = await finalizeWith(app, await dpopKey(w), gone.challenge_token, { verifier })
    assert.equal(session.status, 200)
    return String(claimsOf(session.body.access_token).sub)
  }
  const eventsOf = async (app: TestApp, type: string) => (await app.manage(`/events?type=${type}`)).body.events

  test(`${engine}: 72 whoever signed up with a victim’s address is locked out when the victim comes`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const squatter = await user(w, app)
    await w.deps.transact((tx) =>
      insertIdentifier(tx, w.deps, app.id, squatter, { type: 'email_address', value: ANA }, false),
    )
    const session = await login(w, app, squatter)
    assert.equal(await userAfter(app, played), squatter)
    assert.equal((await app.manage(`/users/${squatter}/sessions`)).body.sessions.length, 1)
    assert.notEqual((await app.manage(`/users/${squatter}/sessions`)).body.sessions[0].id, session.sessionId)
    const [reclaimed] = await eventsOf(app, 'user.reclaimed')
    assert.equal(reclaimed.payload.user_id, squatter)
  })

  test(`${engine}: 73 an address that a user has proven is theirs, unless the application lets accounts merge`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const owner = await user(w, app, { email: ANA })
    const { gone } = await through(app, played)
    assert.deepEqual(gone, {
      error: 'email_already_in_use',
      error_description: 'Another account has this e-mail address. Log in with that one.',
    })
    assert.equal(await holderOf(w, app, 'google', '108'), undefined)
    assert.equal((await app.manage('/users')).body.users.length, 1)
    assert.equal(
      (await app.manage(`${CONFIG}/google`, { method: 'PUT', body: configOf('google', MERGING) })).status,
      200,
    )
    assert.equal(await userAfter(app, played), owner)
    const [linked] = await eventsOf(app, 'user.identity.created')
    assert.deepEqual(linked.payload.identity, { provider: 'google', subject: '108' })
    await w.drain()
    const { mail } = (await app.manage('/mailbox')).body
    assert.match(mail[0].text, /A login by another provider was linked to your account/)
  })

  test(`${engine}: an account that is linked stays so, whatever address the provider says by now`, async () => {
    const { app, played } = await withProvider(w, 'google', MERGING)
    const other = await user(w, app, { email: 'other@example.com' })
    const first = await userAfter(app, played)
    played.claims = { email: 'other@example.com' }
    assert.equal(await userAfter(app, played), first)
    assert.notEqual(first, other)
    const { identifiers } = (await app.manage(`/users/${first}`)).body.user
    assert.deepEqual(
      identifiers.map(({ value }: { value: string }) => value),
      [ANA],
    )
  })

  test(`${engine}: 74 a blocked user is let in by no provider, and is not made anew`, async () => {
    const { app, played } = await withProvider(w, 'google', MERGING)
    const owner = await user(w, app, { email: ANA })
    const block = (status: string) => app.manage(`/users/${owner}/status`, { method: 'PUT', body: { status } })
    assert.equal((await block('inactive')).status, 200)
    assert.equal((await through(app, played)).gone.error, 'access_denied')
    await block('active')
    await userAfter(app, played)
    await block('inactive')
    assert.equal((await through(app, played)).gone.error, 'access_denied')
    assert.equal((await app.manage('/users')).body.users.length, 1)
  })

  test(`${engine}: whoever is blocked between the provider’s page and finalize does not get in`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { gone, verifier } = await through(app, played)
    const { sub } = claimsOf(gone.challenge_token ?? '')
    await app.manage(`/users/${sub}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const answer = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
    assertRefused(answer, 'invalid_challenge_token', 'bad_request')
  })

  for (const [what, change] of [
    ['switched off', { method: 'PUT', body: configOf('acme', { enabled: false }) }],
    ['pointed at another issuer', { method: 'PUT', body: configOf('acme', { oidc: { issuer_url: OKTA_ISSUER } }) }],
    ['deleted', { method: 'DELETE' }],
  ] as const) {
    test(`${engine}: a login under way ends in no session once its provider is ${what}`, async () => {
      const { app, played } = await withProvider(w, 'acme')
      const { gone, verifier } = await through(app, played)
      // The old one may be down, or hostile: it cannot hold the change up.
      await play(w, 'okta')
      const changed = await app.manage(`${CONFIG}/acme`, change)
      assert.ok(changed.status < 300, JSON.stringify(changed.body))
      const answer = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
      assertRefused(answer, 'invalid_challenge_token', 'bad_request')
    })
  }

  test(`${engine}: 76 one account is another user in each application`, async () => {
    const one = await withProvider(w, 'google')
    const first = await userAfter(one.app, one.played)
    const two = await withProvider(w, 'google')
    assert.notEqual(await userAfter(two.app, two.played), first)
  })

  test(`${engine}: 77 after a change of issuer, subjects of the old one are nobody’s`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    const first = await userAfter(app, played)
    const issuer = 'https://other.example'
    w.fakeNetwork((request) =>
      played.answer({ ...request, url: request.url.replace(issuer, 'https://id.acme.example/realm') }),
    )
    const renamed = (key: string) => `${issuer}/v1/${key}`
    played.discovery = {
      issuer,
      authorization_endpoint: renamed('authorize'),
      token_endpoint: renamed('token'),
      jwks_uri: renamed('keys'),
      userinfo_endpoint: renamed('userinfo'),
    }
    const change = configOf('acme', { oidc: { issuer_url: issuer } })
    assert.equal((await app.manage(`${CONFIG}/acme`, { method: 'PUT', body: change })).status, 200)
    const consent = played.consent
    played.consent = (url) => consent(url.replace(issuer, 'https://id.acme.example/realm'))
    played.claims = { iss: issuer, email: 'else@example.com' }
    const second = await userAfter(app, played)
    assert.notEqual(second, first)
    assert.equal((await app.manage('/users')).body.users.length, 2)
  })

  test(`${engine}: after a change of the claim that names users, whoever writes another one’s subject in it is a stranger`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    const victim = await userAfter(app, played)
    const put = (subject_claim: string) => {
      const { client_secret: _, ...body } = configOf('acme', { oidc: { issuer_url: OWN_ISSUER, subject_claim } })
      return app.manage(`${CONFIG}/acme`, { method: 'PUT', body })
    }
    assert.equal((await put('nickname')).status, 200)
    played.claims = { sub: '666', nickname: '108', email: 'else@example.com' }
    const other = await userAfter(app, played)
    assert.notEqual(other, victim)
    assert.equal(await userAfter(app, played), other)
    assert.equal((await put('sub')).status, 200)
    played.claims = {}
    assert.equal(await userAfter(app, played), victim)
  })

  for (const provider of ['google', 'okta']) {
    for (const order of ['before', 'after'] as const) {
      test(`${engine}: ${provider}: whoever a migration brought along ${order} the provider was configured logs in by it`, async () => {
        const app = await application(w, { redirectUris: [REDIRECT_URI] })
        await configureMigration(app)
        const played = await play(w, provider)
        const configure = async () => {
          w.fakeNetwork((request) => played.answer(request))
          assert.equal((await app.manage(`${CONFIG}/${provider}`, { body: configOf(provider) })).status, 201)
        }
        if (order === 'after') await configure()
        hookKnows(w, personOf('legacy-1', 'elsewhere@example.com', { oauth: [{ provider, subject: '108' }] }))
        const { userId } = await moveOver(w, app)
        if (order === 'before') await configure()
        w.fakeNetwork((request) => played.answer(request))
        assert.equal(await userAfter(app, played), userId)
      })
    }
  }

  test(`${engine}: an account that was shown before is its user’s, whoever is brought along with it before its provider is there again`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    const first = await userAfter(app, played)
    assert.equal((await app.manage(`${CONFIG}/acme`, { method: 'DELETE' })).status, 204)
    const second = await user(w, app, { email: 'ben@example.com' })
    await linkAccount(w, app, second, 'acme', '108')
    await linkAccount(w, app, second, 'acme', '109')
    const again = await app.manage(`${CONFIG}/acme`, { body: configOf('acme') })
    assert.equal(again.status, 201, JSON.stringify(again.body))
    assert.equal(await userAfter(app, played), first)
    played.claims = { sub: '109' }
    assert.equal(await userAfter(app, played), second)
  })

  test(`${engine}: scopes of the configuration are the session’s`, async () => {
    const { app, played } = await withProvider(w, 'google', { granted_scopes: ['read', 'prld:pwd:write'] })
    const { gone, verifier } = await through(app, played)
    const session = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
    assert.equal(claimsOf(session.body.access_token).scope, 'read prld:pwd:write')
  })

  test(`${engine}: how the provider knew the user is told`, async () => {
    const { app, played } = await withProvider(w, 'google')
    // Of what we say ourselves of how somebody came here, a provider says nothing.
    played.claims = { amr: ['legacy', 'pwd', 'mfa', 'fed', 7, 'grace', 'x'.repeat(33)] }
    const { gone } = await through(app, played)
    assert.deepEqual(claimsOf(gone.challenge_token ?? '').amr, ['fed', 'pwd', 'mfa'])
  })
}
