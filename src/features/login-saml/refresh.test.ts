import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import type { Key } from '../../../test/house/saml.ts'
import { keySaml, loginBySaml, REDIRECT_URI } from '../../../test/house/saml-connections.ts'
import { ADA, post, samlIdp } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import type { EventType } from '../../core/events/store.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { refreshSoon } from './refresh.ts'

const HOUR_MS = 3_600_000
const CONFIG = '/config/login/saml/okta'

let made = 0

/** A connection that was made by the address of its metadata. */
async function byAddress(w: World) {
  const app = await application(w, { redirectUris: [REDIRECT_URI] })
  await keySaml(w, app)
  const idp = samlIdp(w.deps.now, `idp${++made}.acme.example`)
  w.fakeNetwork(idp.serve)
  const answer = await app.manage(CONFIG, {
    body: { name: 'Acme', idp_metadata_url: idp.metadataUrl, behavior: { jit_provisioning: true } },
  })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { id } = answer.body.connection
  const read = async () => (await app.manage(`${CONFIG}/${id}`)).body.connection
  const calls = () => w.outbound.filter(({ url }) => url === idp.metadataUrl).length
  return { app, idp, id, read, calls, put: (body: object) => app.manage(`${CONFIG}/${id}`, { method: 'PUT', body }) }
}

/** Let six hours pass, and the ten minutes over which connections are asked. */
async function round(w: World, times = 1) {
  for (let i = 0; i < times; i++) {
    w.advance(6 * HOUR_MS)
    await w.drain()
    w.advance(HOUR_MS / 6)
    await w.drain()
  }
}

const told = async (w: World, app: TestApp, type: EventType) => (await eventsOf(w, app, type)).length

for (const { engine, w } of await stages()) {
  await scheduleJobs(w.deps, jobs)

  test(`${engine}: metadata is read every six hours: a new certificate is added at once, an old one leaves a day later`, async () => {
    const { idp, read, calls } = await byAddress(w)
    w.advance(5 * HOUR_MS)
    await w.drain()
    assert.equal(calls(), 1)
    idp.keys = ['idp', 'next']
    idp.ssoUrl = 'https://idp.acme.example/new'
    await round(w)
    assert.equal(calls(), 2)
    const { idp: both, refreshed_at, created_at, updated_at } = await read()
    assert.deepEqual([both.certificates.length, both.sso_url], [2, idp.ssoUrl])
    assert.notEqual(refreshed_at, created_at)
    assert.equal(updated_at, created_at)
    idp.keys = ['next']
    await round(w)
    const kept = (await read()).idp.certificate_details
    assert.ok(kept[1].gone_since)
    await round(w, 3)
    assert.deepEqual((await read()).idp.certificate_details, kept)
    await round(w)
    assert.deepEqual((await read()).idp.certificate_details, kept.slice(0, 1))
  })

  test(`${engine}: an outage takes nothing away, and is announced once, and its end`, async () => {
    const { app, idp, read, id } = await byAddress(w)
    const before = await read()
    w.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
    await round(w, 2)
    const { refresh_problem, warnings, ...during } = await read()
    assert.equal(refresh_problem, 'unreachable')
    assert.deepEqual(
      warnings.map(({ code }: { code: string }) => code),
      ['metadata_not_taken'],
    )
    assert.deepEqual({ ...during, warnings: [] }, before)
    const [failed, ...more] = await eventsOf(w, app, 'saml.refresh_failed')
    assert.deepEqual(more, [])
    assert.deepEqual(
      [failed?.connection_id, failed?.problem, failed?.reason],
      [id, 'unreachable', 'did not answer within ten seconds'],
    )
    w.fakeNetwork(idp.serve)
    await round(w)
    assert.deepEqual([(await read()).refresh_problem, await told(w, app, 'saml.refresh_recovered')], [undefined, 1])
  })

  test(`${engine}: metadata of another identity provider is not taken, and that is announced once`, async () => {
    const { app, idp, read } = await byAddress(w)
    const before = await read()
    const evil = idp
      .metadata()
      .replace(idp.entityId, 'https://evil.example/saml')
      .replace(idp.ssoUrl, 'https://evil.example/')
    w.fakeNetwork(async () => ({ kind: 'answered', status: 200, headers: {}, body: Buffer.from(evil) }))
    await round(w, 2)
    assert.deepEqual((await read()).idp, before.idp)
    const [changed, ...more] = await eventsOf(w, app, 'saml.entity_id_changed')
    assert.deepEqual(more, [])
    assert.deepEqual([changed?.entity_id, changed?.found_entity_id], [idp.entityId, 'https://evil.example/saml'])
    assert.equal(await told(w, app, 'saml.refresh_failed'), 0)
  })

  test(`${engine}: a signature that does not hold has metadata read, once in five minutes, and nothing else does`, async () => {
    const { app, idp, id, read, calls } = await byAddress(w)
    const { sp } = await read()
    const tryToLogIn = () => post(app, idp.click(sp, ADA))
    const before = calls()
    idp.keys = ['next']
    await tryToLogIn()
    await w.drain()
    assert.equal(calls(), before)
    w.advance(HOUR_MS / 12)
    idp.keys = ['idp']
    await tryToLogIn()
    await w.drain()
    assert.equal(calls(), before)
    idp.keys = ['next']
    for (let i = 0; i < 5; i++) await tryToLogIn()
    assert.equal(calls(), before)
    await w.drain()
    assert.equal(calls(), before + 1)
    assert.equal((await read()).idp.certificates.length, 2)
    w.advance(HOUR_MS / 12 - 1)
    await refreshSoon(w.deps, app.id, id)
    await refreshSoon(w.deps, app.id, 'samlc_x')
    await w.drain()
    assert.equal(calls(), before + 1)
  })

  test(`${engine}: a company that signs by a new key unannounced is let in at the second try, and for a day by the old one, too`, async () => {
    const { app, idp, id, read } = await byAddress(w)
    idp.trust((await read()).sp)
    const connection = { path: `/v1/session/login/saml/okta/${id}`, idp }
    const login = async (key?: Key) => {
      const { challenge_token, error } = await loginBySaml(app, connection, ADA, key && { key })
      return error ?? (challenge_token ? 'in' : 'nowhere')
    }
    assert.equal(await login(), 'in')
    w.advance(HOUR_MS)
    idp.keys = ['next']
    assert.equal(await login(), 'saml_authentication_failed')
    await w.drain()
    assert.equal(await login(), 'in')
    assert.equal(await login('idp'), 'in')
    await round(w, 5)
    assert.equal(await login('idp'), 'saml_authentication_failed')
    assert.equal(await login(), 'in')
  })

  test(`${engine}: a typed connection asks nobody`, async () => {
    const { app, id, put, calls } = await byAddress(w)
    await put({ idp_metadata_url: null })
    w.advance(HOUR_MS)
    await refreshSoon(w.deps, app.id, id)
    await round(w)
    assert.equal(calls(), 1)
  })

  test(`${engine}: of each certificate it is said once that it ends`, async () => {
    const { app, read, put } = await byAddress(w)
    await put({ idp_metadata_url: null })
    const [{ expires_at, fingerprint }] = (await read()).idp.certificate_details
    const left = Date.parse(expires_at) - w.deps.now() - 30 * 24 * HOUR_MS
    w.advance(left - 2 * HOUR_MS)
    await w.drain()
    assert.equal(await told(w, app, 'saml.certificate_expiring'), 0)
    for (let hour = 0; hour < 3; hour++) {
      w.advance(HOUR_MS)
      await w.drain()
    }
    const events = await eventsOf(w, app, 'saml.certificate_expiring')
    assert.deepEqual(
      events.map((event) => [event.fingerprint, event.expires_at]),
      [[fingerprint, expires_at]],
    )
  })
}
