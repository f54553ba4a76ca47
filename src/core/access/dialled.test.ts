import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, claimsOf, dpopKey, FINALIZE, send, user } from '../../../test/builders.ts'
import { ENGINES, world } from '../../../test/world.ts'

for (const engine of ENGINES) {
  test(`${engine}: a proof is for the authority that was dialled: its own name at any port, any name of the default application`, async () => {
    const w = await world(engine, { config: { publicScheme: 'http' } })
    const app = await application(w)
    const other = await application(w)
    const byDefault = await world(engine, {
      config: { publicScheme: 'http', defaultApp: app.id },
      databaseUrl: w.databaseUrl,
    })

    const finalize = async (server: typeof w, host: string, htuHost = host) => {
      const body = { challenge_token: await challengeToken(server, app, await user(server, app)) }
      const dpop = await (await dpopKey(server)).proof(`http://${htuHost}${FINALIZE}`)
      return await send(server, FINALIZE, { body, headers: { host, dpop } })
    }
    const own = await finalize(w, `${app.host}:8080`)
    assert.equal(own.status, 200, JSON.stringify(own.body))
    assert.equal(claimsOf(own.body.access_token).iss, `${app.host}:8080`)
    assert.equal((await finalize(w, app.host, `${app.host}:8080`)).body.code, 'invalid_dpop_proof')
    assert.equal((await finalize(w, `${app.host}:8080`, other.host)).body.code, 'invalid_dpop_proof')

    const anyName = new URL(w.address).host
    assert.equal((await finalize(w, anyName)).status, 404)
    assert.equal((await finalize(byDefault, anyName)).status, 200)
    assert.equal((await finalize(byDefault, anyName, 'evil.example')).body.code, 'invalid_dpop_proof')
    assert.equal((await finalize(byDefault, other.host)).body.code, 'invalid_challenge_token')
  })
}
