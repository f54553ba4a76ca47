import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../../../test/builders.ts'
import {
  activeDomain,
  addDomain,
  DAY_MS,
  type DomainStage,
  domainStages,
  point,
  unpoint,
  verifyDomain,
} from '../../../test/house/domains.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { domainJobs } from '../../core/domains/jobs.ts'
import { messagesNoun } from '../../core/messages/noun.ts'
import { listMail } from '../../core/messages/store.ts'
import { runDueJobs, scheduleJobs } from '../../platform/jobs/jobs.ts'

const NAME = 'login.shop.example'
const ROUND_MS = 600_000

const round = [...domainJobs, ...(messagesNoun.jobs ?? [])]

/** What comes round by itself once a day: who is due, then each look, then who is told. */
async function passDays({ w }: DomainStage, days: number) {
  await scheduleJobs(w.deps, domainJobs)
  for (let day = 0; day < days; day++) {
    w.advance(DAY_MS)
    await runDueJobs(w.deps, round)
    w.advance(ROUND_MS)
    await runDueJobs(w.deps, round)
    await runDueJobs(w.deps, round)
  }
}

for (const stage of await domainStages()) {
  const { engine, w, dns, site } = stage
  const at = async (host: string) => (await send(w, '/.well-known/jwks.json', { headers: { host } })).status

  test(`${engine}: a name that stops pointing here is told of after seven days, and free after thirty`, async () => {
    const [app, next] = [await application(w), await application(w)]
    const made = await activeDomain(stage, app, NAME)
    const now = async () => (await app.manage(`/domains/${made.id}`)).body.domain
    await app.manage('/settings', {
      method: 'PATCH',
      body: { settings: { webhooks: { notice_address: 'ops@shop.example' } } },
    })
    const told = () => eventsOf(w, app, 'domain.failed')
    await passDays(stage, 2)
    assert.equal((await now()).failing_since, null)

    unpoint(stage, NAME)
    point(stage, next, NAME)
    await passDays(stage, 7)
    assert.deepEqual([await told(), (await now()).status], [[], 'active'])
    await passDays(stage, 2)
    const failing = await now()
    assert.deepEqual([failing.status, await at(NAME)], ['active', 200])
    assert.equal(Date.parse(failing.free_at) - Date.parse(failing.failing_since), 30 * DAY_MS)
    const [notice, ...more] = await told()
    assert.deepEqual([notice?.status, notice?.free_at, more], ['active', failing.free_at, []])
    assert.equal(notice?.reason, `cname: expected ${app.host}, found ${next.host}`)
    assertDenied(await next.manage('/domains', { body: { domain: NAME } }), 'domain_already_taken', 'conflict')

    await passDays(stage, 20)
    assert.deepEqual([(await now()).status, await at(NAME)], ['active', 200])
    await passDays(stage, 3)
    assert.deepEqual([(await now()).status, await at(NAME)], ['failed', 404])
    const mail = await listMail(w.deps.db, app.id, 10)
    assert.deepEqual(
      mail.map(({ recipient, text }) => [recipient, text.includes(NAME) && text.includes('answered no more')]),
      [
        ['ops@shop.example', true],
        ['ops@shop.example', false],
      ],
    )
    const [, last, ...after] = await told()
    assert.deepEqual([last?.status, last?.failing_since, after], ['failed', failing.failing_since, []])
    await activeDomain(stage, next, NAME)

    const looked = dns.asked.length
    await next.manage(`/domains/${(await next.manage('/domains')).body.domains[0].id}`, { method: 'DELETE' })
    await passDays(stage, 2)
    assert.equal(dns.asked.length, looked, 'nobody looks at a failed one')
    unpoint(stage, NAME)
    assert.equal((await verifyDomain(app, made)).body.domain.status, 'pending_dns')
  })

  test(`${engine}: whoever writes their records late is seen by itself, within ten minutes at first and a day later on`, async () => {
    const app = await application(w)
    const [soon, late] = [await addDomain(app, 'soon.shop.example'), await addDomain(app, 'late.shop.example')]
    const statusOf = async ({ id }: { id: string }) => (await app.manage(`/domains/${id}`)).body.domain.status
    await scheduleJobs(w.deps, domainJobs)
    point(stage, app, soon.domain)
    await site.certify(soon.domain)
    for (let i = 0; i < 2; i++) {
      w.advance(ROUND_MS)
      await runDueJobs(w.deps, domainJobs)
    }
    assert.equal(await statusOf(soon), 'active')
    await passDays(stage, 4)
    point(stage, app, late.domain)
    await passDays(stage, 1)
    assert.equal(await statusOf(late), 'issuing')
  })
}
