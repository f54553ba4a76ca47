import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { claimsOf, dpopKey } from '../../../test/builders.ts'
import { begin, CONFIG, PROVIDER_NAMES, through, withProvider } from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

for (const { engine, w } of await stages()) {
  for (const provider of PROVIDER_NAMES) {
    test(`${engine}: ${provider}: a new user logs in, and comes back as the same`, async () => {
      const { app, played } = await withProvider(w, provider)
      const ids: string[] = []
      for (let round = 0; round < 2; round++) {
        const { gone, verifier } = await through(app, played)
        assert.deepEqual(Object.keys(gone), ['challenge_token'], JSON.stringify([gone, w.log.at(-1)]))
        const session = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
        assert.equal(session.status, 200, JSON.stringify(session.body))
        const claims = claimsOf(session.body.access_token)
        assert.deepEqual(claims.amr, ['fed'])
        ids.push(String(claims.sub))
      }
      assert.equal(ids[0], ids[1])
      const { events } = (await app.manage('/events')).body
      const created = events.filter(({ type }: { type: string }) => type === 'user.created')
      assert.deepEqual(
        created.map(({ payload }: { payload: { source: string } }) => payload.source),
        [`oauth:${provider}`],
      )
      const sessions = events.filter(({ type }: { type: string }) => type === 'user.session.created')
      assert.deepEqual(sessions[0].payload.identity, { provider, subject: '108' })
      assert.equal((await app.manage(`${CONFIG}/${provider}`)).body.config.provider_id, provider)
      assert.equal((await app.manage('/config/migration/progress')).body.progress.users_migrated, 0)
    })
  }
}

/** What each provider is asked: scopes, and what is said besides. */
const ASKED: Readonly<Record<string, { scope: string; says: readonly string[] }>> = {
  google: { scope: 'openid email profile', says: ['nonce', 'code_challenge', 'prompt=select_account'] },
  apple: { scope: 'name email', says: ['nonce', 'response_mode=form_post'] },
  microsoft: { scope: 'openid email profile', says: ['nonce', 'code_challenge'] },
  github: { scope: 'read:user user:email', says: ['code_challenge'] },
  facebook: { scope: 'email public_profile', says: ['code_challenge'] },
  okta: { scope: 'openid email profile', says: ['nonce', 'code_challenge'] },
  acme: { scope: 'openid email profile', says: ['nonce', 'code_challenge'] },
}
const COMMON = ['client_id', 'code_challenge_method', 'redirect_uri', 'response_type', 'scope', 'state']

for (const { engine, w } of await stages()) {
  for (const provider of PROVIDER_NAMES) {
    test(`${engine}: ${provider} is asked for what a login needs, and what the configuration adds, and told no secret`, async () => {
      const { app } = await withProvider(w, provider, { scopes: ['more'] })
      const { url, verifier } = await begin(app, provider)
      const asked = new URL(url).searchParams
      const { scope = '', says = [] } = ASKED[provider] ?? {}
      assert.equal(asked.get('scope'), `${scope} more`)
      const others = [...asked].filter(([name]) => !COMMON.includes(name))
      const told = others.map(([name, value]) => (/^(nonce|code_challenge)$/.test(name) ? name : `${name}=${value}`))
      assert.deepEqual(told.toSorted(), says.toSorted())
      assert.equal(asked.get('redirect_uri'), `${app.origin}/v1/session/login/oauth/${provider}/callback`)
      const sendsPkce = says.includes('code_challenge')
      assert.equal(asked.get('code_challenge_method'), sendsPkce ? 'S256' : null)
      // That of the client is between it and us.
      assert.notEqual(asked.get('code_challenge'), createHash('sha256').update(verifier).digest('base64url'))
      assert.match(asked.get('state') ?? '', /^st_[\w-]{43}$/)
      for (const name of ['nonce', 'code_challenge']) assert.match(asked.get(name) ?? 'a'.repeat(43), /^[\w-]{22,43}$/)
      assert.ok(!url.includes('secret'))
    })
  }
}
