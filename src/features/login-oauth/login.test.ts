import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey } from '../../../test/builders.ts'
import { CONFIG, PROVIDER_NAMES, through, withProvider } from '../../../test/house/oauth.ts'
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
