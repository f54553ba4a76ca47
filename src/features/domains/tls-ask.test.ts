import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { activeDomain, addDomain, domainStages, point, verifyDomain } from '../../../test/house/domains.ts'
import { tlsNames } from '../../core/domains/tls-names.ts'
import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { openHttp } from '../../platform/http.ts'
import { tlsAsk } from './tls-ask.ts'

for (const stage of await domainStages()) {
  const { engine, w, dns, site } = stage
  const listener = await openHttp(w.deps, { allowedOrigins: async () => [] })
  tlsAsk(listener, w.deps)
  after(() => listener.close())
  const ask = async (query: string) => {
    const { statusCode } = await listener.inject({ url: `/internal/tls/ask${query}` })
    return statusCode
  }

  test(`${engine}: a proxy may have certificates for names that are proven, and for no others`, async () => {
    const app = await application(w)
    const waiting = await addDomain(app, 'waiting.shop.example')
    const issuing = await addDomain(app, 'issuing.shop.example')
    point(stage, app, issuing.domain)
    await verifyDomain(app, issuing)
    const active = await activeDomain(stage, app, 'active.shop.example')
    assert.equal(await ask(`?domain=${issuing.domain}`), 200)
    assert.equal(await ask(`?domain=${active.domain}`), 200)
    assert.equal(await ask('?domain=ACTIVE.shop.EXAMPLE'), 200)
    for (const name of [
      waiting.domain,
      'shop.example',
      'x.active.shop.example',
      app.host,
      'google.com',
      w.deps.config.baseDomain,
    ])
      assert.equal(await ask(`?domain=${name}`), 404, name)
    await app.manage(`/domains/${active.id}`, { method: 'DELETE' })
    await tlsNames(w.deps).load()
    assert.equal(await ask(`?domain=${active.domain}`), 404)
  })

  for (const query of [
    '',
    '?domain=',
    '?domain=active.shop.example&domain=google.com',
    '?domain[]=active.shop.example',
    '?name=active.shop.example',
    '?domain=active.shop.example.',
    '?domain=*.shop.example',
    '?domain=192.0.2.1',
    '?domain=2001:db8::1',
    '?domain=active.shop.example%00',
    '?domain=active.shop.example%0A',
    '?domain=active_shop.example',
    '?domain=localhost',
    `?domain=${'a.'.repeat(127)}example`,
    `?domain=${'a'.repeat(64)}.example`,
  ]) {
    test(`${engine}: a question that is none is not answered by a yes: ${query.slice(0, 50)}`, async () => {
      assert.equal(await ask(query), 400)
    })
  }

  test(`${engine}: whoever invents names costs the database nothing, and its loss takes no certificate away`, async () => {
    const app = await application(w)
    await activeDomain(stage, app, 'kept.shop.example')
    const frail = { ...w.deps } as { -readonly [K in keyof Deps]: Deps[K] }
    const asking = await openHttp(frail, { allowedOrigins: async () => [] })
    after(() => asking.close())
    tlsAsk(asking, frail)
    const askIt = async (name: string) => (await asking.inject({ url: `/internal/tls/ask?domain=${name}` })).statusCode
    await tlsNames(frail).load()
    frail.db = undefined as never
    frail.transact = () => assert.fail('it wrote')
    await assert.rejects(tlsNames(frail).load())
    for (let i = 0; i < 200; i++) assert.equal(await askIt(`n${i}.kept.shop.example`), 404)
    assert.equal(await askIt('kept.shop.example'), 200)
  })

  test(`${engine}: a name that nobody here can dial is active once the proxy asks for its certificate; one that answers without TLS is not`, async () => {
    const app = await application(w)
    const statusAfterAsk = async (name: string, state: typeof site.state) => {
      const made = await addDomain(app, name)
      dns.clear()
      point(stage, app, name)
      site.state = state
      assert.equal((await verifyDomain(app, made)).body.domain.status, 'issuing')
      const looks = () => dns.asked.filter((one) => one === `${name} CNAME`).length
      for (let i = 0; i < 3; i++) assert.equal(await ask(`?domain=${name}`), 200)
      // The look that it asks for is written down after the answer.
      while (looks() === 1) {
        await pause(2)
        await w.drain()
      }
      assert.equal(looks(), 2)
      site.state = 'open'
      return (await app.manage(`/domains/${made.id}`)).body.domain.status
    }
    assert.equal(await statusAfterAsk('inner.shop.example', 'private_address'), 'active')
    assert.equal(await statusAfterAsk('hairpin.shop.example', 'timeout'), 'active')
    assert.equal(await statusAfterAsk('plain.shop.example', 'open'), 'issuing')
  })
}
