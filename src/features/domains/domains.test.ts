import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, send, user } from '../../../test/builders.ts'
import {
  activeDomain,
  addDomain,
  DAY_MS,
  domainStages,
  OUR_ADDRESS,
  outcomesOf,
  point,
  verifyDomain,
} from '../../../test/house/domains.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { insertDomain } from '../../core/domains/store.ts'
import { add } from './add.ts'
import { NAMES_PER_DAY, newNames } from './domains.ts'

const JWKS = '/.well-known/jwks.json'

for (const stage of await domainStages()) {
  const { engine, w, dns, site } = stage
  const at = (host: string) => send(w, JWKS, { headers: { host } })
  let names = 0
  /** Nobody's before. */
  const newName = () => `login${++names}.shop.example`

  test(`${engine}: a domain from the first record to a certificate, step by step`, async () => {
    const app = await application(w)
    const name = newName()
    const made = await addDomain(app, name.toUpperCase())
    assert.match(made.id, /^dom_[0-9a-z]{26}$/)
    assert.deepEqual([made.domain, made.status, made.checks, made.failing_since], [name, 'pending_dns', [], null])
    assert.equal(made.cname_record, app.host)
    assert.equal(made.txt_record.name, `_antiphon.${name}`)
    assert.match(made.txt_record.value, /^antiphon-domain=[\w-]{32}$/)

    const missing = (await verifyDomain(app, made)).body.domain
    assert.equal(missing.status, 'pending_dns')
    assert.deepEqual(outcomesOf(missing), { cname: 'failed', txt: 'failed', caa: 'passed' })
    const [cname] = missing.checks
    assert.deepEqual([cname.expected, cname.found], [app.host, 'nothing'])
    assert.ok(cname.hint.includes(`Add a CNAME record of ${name} to ${app.host}`))
    assert.equal(cname.at, '2026-01-02T03:04:05Z')
    assert.equal((await at(name)).status, 404)

    point(stage, app, name)
    const proven = (await verifyDomain(app, made)).body.domain
    assert.equal(proven.status, 'issuing')
    assert.deepEqual(outcomesOf(proven), { cname: 'passed', caa: 'passed', port_80: 'passed', certificate: 'failed' })
    assert.equal((await at(name)).status, 200)
    assert.ok(site.greeted.includes(name) && site.dialled.includes(`${OUR_ADDRESS}:80`))

    await site.certify(name)
    w.advance(15_000)
    await w.drain()
    const active = (await app.manage(`/domains/${made.id}`)).body.domain
    assert.equal(active.status, 'active')
    assert.match(active.checks.at(-1).found, /until 20/)
    assert.deepEqual(await eventsOf(w, app, 'domain.active'), [
      { domain_id: made.id, domain: name, status: 'active', occurred_at: '2026-01-02T03:04:20Z' },
    ])
    assert.deepEqual((await app.manage('/domains')).body.domains, [active])
  })

  test(`${engine}: an active name is an origin of its application: proofs name it, tokens say it, its pages may call`, async () => {
    const app = await application(w)
    const name = newName()
    await activeDomain(stage, app, name)
    const client = await login(w, app, await user(w, app))
    assert.equal(claimsOf(client.accessToken).iss, app.host)
    const dpop = (await client.key?.proof(`https://${name}${REFRESH}`)) ?? ''
    const headers = { host: name, dpop, origin: `https://${name}` }
    const answer = await client.post(REFRESH, { headers })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('access-control-allow-origin'), `https://${name}`)
    assert.equal(claimsOf(client.accessToken).iss, name)
  })

  test(`${engine}: a removed domain is answered no more, at once, and is free for whoever proves it next`, async () => {
    const [app, next] = [await application(w), await application(w)]
    const name = newName()
    const made = await activeDomain(stage, app, name)
    assert.equal((await at(name)).status, 200)
    assert.equal((await app.manage(`/domains/${made.id}`, { method: 'DELETE' })).status, 204)
    assert.equal((await at(name)).status, 404)
    assertNotFound(await app.manage(`/domains/${made.id}`))
    assertNotFound(await app.manage(`/domains/${made.id}`, { method: 'DELETE' }))
    assertNotFound(await verifyDomain(app, made))
    await activeDomain(stage, next, name)
    assert.equal((await at(name)).status, 200)
  })

  test(`${engine}: where no CNAME can be, an address and the TXT record prove a name; one of them alone does not`, async () => {
    const app = await application(w)
    const name = newName()
    const made = await addDomain(app, name)
    dns.set(app.host, 'A', OUR_ADDRESS)
    dns.set(name, 'A', OUR_ADDRESS)
    const half = (await verifyDomain(app, made)).body.domain
    assert.equal(half.status, 'verifying')
    assert.deepEqual(outcomesOf(half), { cname: 'failed', txt: 'failed', proxy: 'passed', caa: 'passed' })

    dns.set(name, 'A')
    dns.set(name, 'AAAA', '2001:db8:0:0:0:0:0:1')
    const elsewhere = (await verifyDomain(app, made)).body.domain
    assert.deepEqual([elsewhere.status, outcomesOf(elsewhere).proxy], ['pending_dns', 'warning'])
    assert.match(elsewhere.checks[2].hint, /proxied/)
    dns.set(made.txt_record.name, 'TXT', 'v=spf1 -all', made.txt_record.value)
    const proxied = (await verifyDomain(app, made)).body.domain
    assert.equal(proxied.status, 'issuing')
    dns.set(name, 'AAAA')
    dns.set(name, 'A', OUR_ADDRESS)
    await site.certify(name)
    const whole = (await verifyDomain(app, made)).body.domain
    assert.equal(whole.status, 'active')
    const passed = { address: 'passed', txt: 'passed', proxy: 'passed', caa: 'passed', port_80: 'passed' }
    assert.deepEqual(outcomesOf(whole), { ...passed, certificate: 'passed' })

    const alone = await addDomain(app, newName())
    dns.set(alone.txt_record.name, 'TXT', alone.txt_record.value)
    assert.equal((await verifyDomain(app, alone)).body.domain.status, 'verifying')
    assert.equal((await at(alone.domain)).status, 404)
  })

  test(`${engine}: names that nobody could own alone are refused, and international ones are kept as what they are`, async () => {
    const app = await application(w)
    const add = (domain: unknown) => app.manage('/domains', { body: { domain } })
    for (const domain of ['*.shop.example', 'shop.example.', 'co.uk', '192.0.2.1', 'shop', '', 7, 'a'.repeat(256)])
      assertInvalid(await add(domain), 'domain')
    for (const domain of [w.deps.config.baseDomain, `x.${w.deps.config.baseDomain}`, `a.b.${w.deps.config.baseDomain}`])
      assertInvalid(await add(domain), 'ids of applications')
    assert.equal((await addDomain(app, 'login.MÜNCHEN.example')).domain, 'login.xn--mnchen-3ya.example')
  })

  test(`${engine}: a name is added once, and an application has a hundred`, async () => {
    const app = await application(w)
    const name = newName()
    await addDomain(app, name)
    assertDenied(await app.manage('/domains', { body: { domain: name } }), 'domain_already_exists', 'conflict')
    const record = { id: app.id } as Parameters<typeof add>[1]
    const template = await add(w.deps, record, newName())
    assert.ok(template.kind === 'added')
    await w.deps.transact(async (tx) => {
      for (let i = 0; i < 98; i++) await insertDomain(tx, { ...template.row, id: `dom_${i}`, domain: `${i}.example` })
    })
    const body = { domain: newName() }
    assertDenied(await app.manage('/domains', { body }), 'too_many_domains', 'conflict')
    assert.equal((await app.manage('/domains')).body.domains.length, 100)
  })

  test(`${engine}: the other name of verify is answered, and both as often as thirty times a minute`, async () => {
    const app = await application(w)
    const made = await addDomain(app, newName())
    const other = await app.manage(`/domains/${made.id}/validate`, { method: 'POST' })
    assert.equal(other.body.domain.id, made.id)
    const unknown = { id: 'dom_unknown' }
    for (let i = 1; i < 30; i++) assertNotFound(await verifyDomain(app, unknown))
    const refused = await verifyDomain(app, made)
    assertDenied(refused, 'rate_limited', 'rate_limited')
    assert.equal(refused.headers.get('retry-after'), '60')
    w.advance(60_000)
    assert.equal((await verifyDomain(app, made)).status, 200)
  })

  test(`${engine}: names are added two hundred times a day, however many were deleted meanwhile`, async () => {
    const app = await application(w)
    const made = await addDomain(app, newName())
    await app.manage(`/domains/${made.id}`, { method: 'DELETE' })
    for (let i = 1; i < NAMES_PER_DAY; i++) newNames(w.deps).take(app.id, NAMES_PER_DAY, w.deps.monotonic())
    const body = { domain: newName() }
    assertDenied(await app.manage('/domains', { body }), 'rate_limited', 'rate_limited')
    await addDomain(await application(w), newName())
    w.advance(DAY_MS)
    assert.equal((await app.manage('/domains', { body })).status, 201)
  })

  test(`${engine}: name servers that are silent, fail or babble prove nothing and take nothing away`, async () => {
    const app = await application(w)
    const name = newName()
    const made = await activeDomain(stage, app, name)
    for (const mood of ['failing', 'junk', 'silent'] as const) {
      dns.mood = mood
      const { status, body } = await verifyDomain(app, made)
      dns.mood = 'well'
      assert.deepEqual([status, body.domain.status], [200, 'active'], mood)
      assert.match(body.domain.checks[0].found, /no answer/)
      assert.ok(body.domain.failing_since)
    }
    assert.equal((await at(name)).status, 200)
    assert.equal((await verifyDomain(app, made)).body.domain.failing_since, null)
  })
}
