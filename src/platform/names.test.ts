import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { nameServer } from '../../test/house/dns.ts'
import { pause } from './clock.ts'
import { openNames } from './names.ts'

const dns = await nameServer()
after(() => dns.close())
const lookUp = openNames({ servers: [dns.address] })
const hasty = openNames({ servers: [dns.address], timeoutMs: 150 })

test('each type is answered as text', async () => {
  dns.set('a.example', 'A', '192.0.2.1', '192.0.2.2')
  dns.set('a.example', 'AAAA', '2001:db8:0:0:0:0:0:1')
  dns.set('b.example', 'CNAME', 'SHOP.Session.test')
  dns.set('c.example', 'TXT', 'one', 'x'.repeat(300))
  dns.set('c.example', 'CAA', 'issue letsencrypt.org', 'iodef mailto:a@c.example', 'issuewild ;')
  assert.deepEqual(await lookUp('a.example', 'A'), { kind: 'records', records: ['192.0.2.1', '192.0.2.2'] })
  assert.deepEqual(await lookUp('a.example', 'AAAA'), { kind: 'records', records: ['2001:db8::1'] })
  assert.deepEqual(await lookUp('b.example', 'CNAME'), { kind: 'records', records: ['shop.session.test'] })
  assert.deepEqual(await lookUp('c.example', 'TXT'), { kind: 'records', records: ['one', 'x'.repeat(300)] })
  assert.deepEqual(await lookUp('c.example', 'CAA'), {
    kind: 'records',
    records: ['issue letsencrypt.org', 'issuewild ;'],
  })
})

test('a name that is not there, and one without such a record, have none', async () => {
  assert.deepEqual(await lookUp('nobody.invalid', 'A'), { kind: 'none' })
  assert.deepEqual(await lookUp('b.example', 'TXT'), { kind: 'none' })
})

test('what is asked again is asked anew: what changed is seen at once', async () => {
  dns.set('d.example', 'A', '192.0.2.1')
  await lookUp('d.example', 'A')
  dns.set('d.example', 'A', '192.0.2.9')
  assert.deepEqual(await lookUp('d.example', 'A'), { kind: 'records', records: ['192.0.2.9'] })
})

for (const [mood, reason] of [
  ['silent', 'timeout'],
  ['failing', 'server_failure'],
  ['junk', undefined],
  ['elsewhere', undefined],
] as const) {
  test(`a name server that is ${mood} has said nothing, in time`, async () => {
    dns.set('e.example', 'A', '192.0.2.1')
    dns.mood = mood
    const outcome = await hasty('e.example', 'A')
    dns.mood = 'well'
    assert.equal(outcome.kind, 'unanswered')
    if (reason) assert.deepEqual(outcome, { kind: 'unanswered', reason })
  })
}

test('many name servers that are silent take no longer than one', async () => {
  const silent = await Promise.all([1, 2, 3, 4].map(() => nameServer()))
  for (const one of silent) one.mood = 'silent'
  const asking = openNames({ servers: silent.map(({ address }) => address), timeoutMs: 150 })('a.example', 'A')
  assert.deepEqual(await Promise.race([asking, pause(1_200)]), { kind: 'unanswered', reason: 'timeout' })
  for (const one of silent) one.close()
})

test('of answers without end twenty are read, and of long texts the beginning', async () => {
  dns.set('f.example', 'TXT', ...Array.from({ length: 30 }, (_, i) => `${i}${'y'.repeat(600)}`))
  const outcome = await lookUp('f.example', 'TXT')
  assert.ok(outcome.kind === 'records' && outcome.records.length === 20)
  assert.ok(outcome.records.every((record) => record.length === 512))
})
