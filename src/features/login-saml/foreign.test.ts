import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { application, claimsOf } from '../../../test/builders.ts'
import { REDIRECT_URI, returned } from '../../../test/house/oauth.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { beginSaml, COMPANY, keySaml } from '../../../test/house/saml-connections.ts'
import { ADA, post } from '../../../test/house/saml-idp.ts'
import { startSamlp } from '../../../test/house/samlp.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: samlp, an identity provider of others, is configured by its metadata and logs its people in`, async () => {
    const samlp = await startSamlp(w.deps.now)
    after(() => samlp.stop())
    w.fakeNetwork(samlp.serve)
    const app = await application(w, { redirectUris: [REDIRECT_URI] })
    await keySaml(w, app)
    const made = await app.manage('/config/login/saml/acme', {
      body: {
        name: 'Acme',
        idp_metadata_url: samlp.metadataUrl,
        behavior: { jit_provisioning: true, email_domain_allowlist: [COMPANY] },
      },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const { id, sp, warnings } = made.body.connection
    assert.deepEqual(warnings, [])
    samlp.trust(sp)
    const logIn = async (options = {}) => {
      const { url } = await beginSaml(app, { path: `/v1/session/login/saml/acme/${id}` })
      return returned(await post(app, await samlp.login(url, ADA, options)))
    }
    const right = { destination: sp.acs_url, recipient: sp.acs_url }
    for (const options of [
      right,
      { ...right, signResponse: true },
      { ...right, signResponse: true, signAssertion: false },
    ]) {
      const { challenge_token = '' } = await logIn(options)
      const { user } = (await app.manage(`/users/${claimsOf(challenge_token).sub}`)).body
      assert.deepEqual(
        user.identifiers.map(({ value }: { value: string }) => value),
        [ADA.email],
      )
    }
    assert.equal((await logIn()).error, 'saml_authentication_failed')
    const [refused] = await eventsOf(w, app, 'saml.login_refused')
    assert.equal(refused?.check, 'destination', 'samlp says our entity id there, unless it is told')
  })
}
