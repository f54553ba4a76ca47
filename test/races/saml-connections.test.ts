import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announceSamlKey, listSamlKeys, switchSamlKey } from '../../src/core/saml-connections/keys.ts'
import { refreshSoon } from '../../src/features/login-saml/refresh.ts'
import { application, instanceKey, send, type TestApp } from '../builders.ts'
import { rowsOf } from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { certificateOf, keyOf } from '../house/saml.ts'
import { keySaml } from '../house/saml-connections.ts'
import { samlIdp } from '../house/saml-idp.ts'
import { CALLERS, race, twoServers } from './contenders.ts'

const ROUNDS = 3
const CONFIG = '/config/login/saml/okta'
const [first, second] = await twoServers()
const servers = [first, second] as const

/** A connection that both servers know, by the address of its metadata. */
async function connected(host: string) {
  const app = await application(first)
  await keySaml(first, app)
  const idp = samlIdp(first.deps.now, host)
  for (const w of servers) w.fakeNetwork(idp.serve)
  const made = await app.manage(CONFIG, { body: { name: 'Acme', idp_metadata_url: idp.metadataUrl } })
  const path = `${CONFIG}/${made.body.connection.id}`
  const key = await instanceKey(first)
  const put = (i: number, body: object) =>
    send(servers[i % 2] as typeof first, `/v2/session/apps/${app.id}${path}`, {
      method: 'PUT',
      body,
      headers: { authorization: `Bearer ${key}` },
    })
  return { app, idp, path, put, id: made.body.connection.id as string }
}

const domainsOf = async (app: TestApp) =>
  ((await rowsOf(first, app)).saml_domains ?? []).map((row) => (row as { domain: string }).domain)

test('of sixteen who change one connection at once, none is lost, and its domains are those of the last', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { app, path, put } = await connected('a.acme.example')
    const change = (i: number) => ({
      name: `n${i}`,
      behavior: { email_domain_allowlist: [`d${i}.example`] },
      mapping: { custom: { [`m${i}`]: 'x' } },
    })
    const counts = await race(async (i) => {
      const answers = [await put(i, change(i))]
      while (answers.at(-1)?.body.code === 'saml_connection_changed') answers.push(await put(i, change(i)))
      assert.equal(answers.at(-1)?.status, 200)
      return answers.length
    })
    assert.ok(Math.max(...counts) > 1)
    const { connection } = (await app.manage(path)).body
    assert.equal(Object.keys(connection.mapping.custom).length, CALLERS)
    assert.deepEqual(connection.behavior.email_domain_allowlist, [`d${connection.name.slice(1)}.example`])
    assert.deepEqual(await domainsOf(app), connection.behavior.email_domain_allowlist)
  }
})

test('metadata that is read while connections are changed loses neither', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { app, idp, id, path, put } = await connected('b.acme.example')
    idp.keys = ['idp', 'next']
    for (const w of servers) w.advance(3_600_000)
    const typed = { idp: { certificates: [certificateOf('idp'), certificateOf('sp')] } }
    await race(async (i) => {
      if (i % 2 === 1) {
        while ((await put(i >> 1, typed)).status === 409);
        return
      }
      const w = servers[(i >> 1) % 2] as typeof first
      await refreshSoon(w.deps, app.id, id)
      await w.drain()
    })
    const { idp: now } = (await app.manage(path)).body.connection
    const names = now.certificates.map((pem: string) => pem.trim())
    assert.ok(names.includes(certificateOf('sp').trim()))
    assert.equal(new Set(names).size, names.length)
    for (const w of servers) w.advance(3_600_000)
    await refreshSoon(first.deps, app.id, id)
    await first.drain()
    assert.equal((await app.manage(path)).body.connection.idp.certificates.length, 3)
  }
})

test('of sixteen who want metadata read at once, one reads it, and an outage is announced once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { app, id } = await connected(`c${round}.acme.example`)
    let calls = 0
    for (const w of servers) {
      w.advance(3_600_000)
      w.fakeNetwork(async () => {
        calls++
        return { kind: 'failed', reason: 'network' }
      })
    }
    await race(async (i) => {
      const w = servers[i % 2] as typeof first
      await refreshSoon(w.deps, app.id, id)
      await w.drain()
    })
    assert.equal(calls, 1)
    assert.equal((await eventsOf(first, app, 'saml.refresh_failed')).length, 1)
  }
})

test('of sixteen who announce a key at once, one makes it, and of sixteen who switch to it, one does', async () => {
  const next = async () => ({ key: keyOf('next'), cert: certificateOf('next') })
  for (let round = 0; round < ROUNDS; round++) {
    const { app } = await connected(`d${round}.acme.example`)
    const depsOf = (i: number) => (servers[i % 2] as typeof first).deps
    const announced = await race((i) => announceSamlKey(depsOf(i), app.id, next))
    assert.equal(announced.filter(Boolean).length, 1)
    const keys = await listSamlKeys(first.deps.db, app.id)
    assert.deepEqual(
      keys.map(({ generation, signs_since }) => [generation, signs_since === null]),
      [
        [1, false],
        [2, true],
      ],
    )
    const now = first.deps.now()
    const switched = await race((i) => depsOf(i).transact((tx) => switchSamlKey(tx, app.id, 2, now)))
    assert.equal(switched.filter(Boolean).length, 1)
  }
})
