import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey, REFRESH, send, type TestApp } from '../../../test/builders.ts'
import {
  activeDomain,
  addDomain,
  domainStages,
  OUR_ADDRESS,
  outcomesOf,
  point,
  unpoint,
  verifyDomain,
} from '../../../test/house/domains.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { world } from '../../../test/world.ts'

// Somebody with an application of their own wants to be what another name leads to.

for (const stage of await domainStages()) {
  const { engine, w, dns } = stage
  let names = 0
  const newName = () => `id${++names}.victim.example`
  const isAnswered = async (host: string) =>
    (await send(w, '/.well-known/jwks.json', { headers: { host } })).status === 200
  const addOf = (app: TestApp, domain: string) => app.manage('/domains', { body: { domain } })
  const assertTaken = (answer: Awaited<ReturnType<typeof addOf>>) =>
    assertDenied(answer, 'domain_already_taken', 'conflict')

  test(`${engine}: a record that was left behind leads to the application that it names, and to no other`, async () => {
    const [victim, thief] = [await application(w), await application(w)]
    const name = newName()
    const left = await activeDomain(stage, victim, name)
    await victim.manage(`/domains/${left.id}`, { method: 'DELETE' })
    const tried = await addDomain(thief, name)
    const seen = (await verifyDomain(thief, tried)).body.domain
    assert.deepEqual([seen.status, await isAnswered(name)], ['pending_dns', false])
    assert.equal(seen.checks[0].found, victim.host)
  })

  test(`${engine}: the TXT record of one claim proves no other: not of another application, name or time`, async () => {
    const [victim, thief] = [await application(w), await application(w)]
    const name = newName()
    const first = await addDomain(victim, name)
    dns.set(name, 'A', OUR_ADDRESS)
    dns.set(first.txt_record.name, 'TXT', first.txt_record.value)
    const tried = await addDomain(thief, name)
    assert.notEqual((await verifyDomain(thief, tried)).body.domain.status, 'issuing')
    assert.equal((await verifyDomain(victim, first)).body.domain.status, 'issuing')

    await victim.manage(`/domains/${first.id}`, { method: 'DELETE' })
    const again = await addDomain(victim, name)
    assert.notEqual(again.txt_record.value, first.txt_record.value)
    assert.notEqual((await verifyDomain(victim, again)).body.domain.status, 'issuing')
    const other = await addDomain(victim, newName())
    dns.set(other.domain, 'A', OUR_ADDRESS)
    dns.set(other.txt_record.name, 'TXT', again.txt_record.value)
    assert.notEqual((await verifyDomain(victim, other)).body.domain.status, 'issuing')
    assert.equal(await isAnswered(name), false)
  })

  test(`${engine}: two applications wait for one name; whoever proves it first has it, and the other is told`, async () => {
    const [first, second] = [await application(w), await application(w)]
    const name = newName()
    const [one, two] = [await addDomain(first, name), await addDomain(second, name)]
    dns.set(two.txt_record.name, 'TXT', two.txt_record.value, one.txt_record.value)
    dns.set(name, 'A', OUR_ADDRESS)
    assert.equal((await verifyDomain(first, one)).status, 200)
    assertTaken(await verifyDomain(second, two))
    const seen = (await second.manage(`/domains/${two.id}`)).body.domain
    assert.deepEqual([seen.status, outcomesOf(seen).claim], ['verifying', 'failed'])
    assert.match(seen.checks.find((one: { name: string }) => one.name === 'claim').hint, /thirty days/)
    await first.manage(`/domains/${one.id}`, { method: 'DELETE' })
    assert.equal((await verifyDomain(second, two)).body.domain.status, 'issuing')
    assertTaken(await addOf(first, name))
  })

  test(`${engine}: a name is one however it is written`, async () => {
    const [victim, thief] = [await application(w), await application(w)]
    await activeDomain(stage, victim, 'login.xn--bcher-kva.example')
    for (const spelt of [
      'LOGIN.XN--BCHER-KVA.EXAMPLE',
      'login.bücher.example',
      'Login.BÜCHER.example',
      'ｌogin.bücher。example',
    ])
      assertTaken(await addOf(thief, spelt))
    assert.equal((await addOf(thief, 'login.bücher.example.')).status, 400)
    // Looks the same, and is another name.
    assert.equal((await addDomain(thief, 'login.büсher.example')).domain, 'login.xn--bher-0ra631c.example')
  })

  test(`${engine}: the host of another application is no domain, and a domain is no host of another application`, async () => {
    const [victim, thief] = [await application(w), await application(w)]
    const [host, name] = [newName(), newName()]
    const give = (app: TestApp, origin: string) =>
      app.operate('', { method: 'PATCH', body: { public_origins: [origin] } })
    assert.equal((await give(victim, `https://${host}:8443`)).status, 200)
    assertTaken(await addOf(thief, host))
    const early = await addDomain(thief, name)
    await activeDomain(stage, victim, name)
    assertDenied(await give(thief, `https://${name}`), 'host_already_taken', 'conflict')
    point(stage, thief, name)
    assertTaken(await verifyDomain(thief, early))
  })

  test(`${engine}: a host that is of the public origins, too, stays that when its domain is removed, and the other way round`, async () => {
    const app = await application(w)
    const name = newName()
    const origins = (list: string[]) => app.operate('', { method: 'PATCH', body: { public_origins: list } })
    await origins([`https://${name}`])
    const made = await activeDomain(stage, app, name)
    await origins([])
    assert.ok(await isAnswered(name))
    await origins([`https://${name}`])
    await app.manage(`/domains/${made.id}`, { method: 'DELETE' })
    assert.ok(await isAnswered(name))
    await origins([])
    assert.equal(await isAnswered(name), false)
  })

  test(`${engine}: a deleted application answers under none of its names, and they are free`, async () => {
    const [app, next] = [await application(w), await application(w)]
    const name = newName()
    const waits = await addDomain(next, name)
    await activeDomain(stage, app, name)
    const headers = { authorization: `Bearer ${await instanceKey(w)}` }
    assert.equal((await send(w, `/v2/session/apps/${app.id}`, { method: 'DELETE', headers })).status, 204)
    assert.equal(await isAnswered(name), false)
    point(stage, next, name)
    assert.equal((await verifyDomain(next, waits)).body.domain.status, 'active')
    w.advance(61_000)
    await w.drain()
    assert.ok(await isAnswered(name))
  })

  test(`${engine}: whoever is looked at while they are removed does not come back`, async () => {
    const app = await application(w)
    const name = newName()
    const made = await addDomain(app, name)
    point(stage, app, name)
    const [removed] = await Promise.all([
      app.manage(`/domains/${made.id}`, { method: 'DELETE' }),
      verifyDomain(app, made),
      verifyDomain(app, made),
    ])
    assert.equal(removed.status, 204)
    assert.equal(await isAnswered(name), false)
    unpoint(stage, name)
  })

  test(`${engine}: pages at a domain call the application there and nowhere else, unless they are on its list`, async () => {
    const app = await application(w)
    const [name, other] = [newName(), newName()]
    for (const domain of [name, other]) await activeDomain(stage, app, domain)
    const isLetIn = async (host: string, page: string) => {
      const headers = { host, origin: `https://${page}`, 'access-control-request-method': 'POST' }
      const answer = await send(w, REFRESH, { method: 'OPTIONS', headers })
      return answer.headers.get('access-control-allow-origin') === `https://${page}`
    }
    assert.ok(await isLetIn(name, name))
    assert.ok(await isLetIn(name, app.host))
    assert.deepEqual([await isLetIn(app.host, name), await isLetIn(other, name)], [false, false])
    await app.operate('', { method: 'PATCH', body: { allowed_origins: [`https://${name}`] } })
    assert.deepEqual([await isLetIn(app.host, name), await isLetIn(app.host, other)], [true, false])
    await app.operate('', { method: 'PATCH', body: { public_origins: [`https://${other}`] } })
    assert.ok(await isLetIn(app.host, other))
  })

  test(`${engine}: nobody has this server dial its own network by a name`, async () => {
    const names = { servers: [dns.address] }
    const real = await world(engine, { names, network: { allowPrivate: false } })
    const app = await application(real)
    const made = await addDomain(app, 'inside.victim.example')
    dns.set(made.txt_record.name, 'TXT', made.txt_record.value)
    for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254']) {
      dns.set(made.domain, 'A', address)
      const { domain } = (await verifyDomain(app, made)).body
      assert.deepEqual(
        domain.checks.slice(-2).map(({ found }: { found: string }) => found),
        ['a private address', 'a private address'],
      )
      assert.ok(!JSON.stringify(domain).includes(address))
    }
  })
}
