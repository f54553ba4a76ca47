import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord } from '../../../test/builders.ts'
import { CODE, deliverNow, jobsLeft, newest, provider, queue, told } from '../../../test/house/messages.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { tellingStatements } from '../../platform/db-statements.ts'
import { derive } from '../../platform/deps.ts'
import { type Job, runDueJobs } from '../../platform/jobs/jobs.ts'
import { listJobs } from '../../platform/jobs/store.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'
import { jobs } from '../../server.ts'
import { type NewMessage, sendMessageJob } from './send.ts'
import { listProviders } from './store/providers.ts'
import { listMail, listMessages, updateMessage } from './store.ts'

const webhook = (url: string, channel = 'email') => ({ kind: 'webhook', channel, options: { url } })
const answer = (status: number): OutboundOutcome => ({ kind: 'answered', status, headers: {}, body: Buffer.alloc(0) })
const DAY_MS = 86_400_000

/** Each host answers with the status in its name: `s503.example.com`. */
function statusByHost(w: World): void {
  w.fakeNetwork(async ({ url }) => {
    const status = /^s(\d{3})/.exec(new URL(url).hostname)?.[1]
    return status ? answer(Number(status)) : { kind: 'failed', reason: 'network' }
  })
}
const callsTo = (w: World, host: string) => w.outbound.filter(({ url }) => new URL(url).hostname === host)

const sweeps = jobs.filter(({ kind }) => kind.startsWith('sweep/'))
async function sweep(w: World): Promise<void> {
  for (const one of sweeps) await one.run(null, { appId: '', jobId: '' }, w.deps)
}

for (const engine of ENGINES) {
  const w = await world(engine)
  statusByHost(w)

  test(`${engine}: without a provider, a development application keeps its messages in the mailbox`, async () => {
    const app = await application(w, { name: 'Shop' })
    assert.deepEqual(told(await deliverNow(w, app)), ['sent', 'mailbox', null])
    await deliverNow(w, app, { channel: 'sms', recipient: '+4917012345678', locale: 'de-AT' })
    const [sms, mail] = await listMail(w.deps.db, app.id, 10)
    assert.equal(sms?.text, `${CODE} ist Ihr Code für Shop. Geben Sie ihn niemandem.`)
    assert.deepEqual([mail?.recipient, mail?.subject], ['ada@example.com', `${CODE} is your Shop code`])
  })

  test(`${engine}: neither code nor recipient stand in the status or in the job, before or after`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s503.example.com/'))
    await queue(w, app)
    const look = async () => JSON.stringify([await listMessages(w.deps.db, app.id, 10), await listJobs(w.deps.db)])
    const before = await look()
    await w.drain()
    for (const seen of [before, await look()]) {
      assert.ok(seen.includes('a••@example.com'))
      assert.ok(!seen.includes(CODE) && !seen.includes('ada@'), seen)
    }
    assert.ok(!w.log.some((line) => line.includes(CODE) || line.includes('ada@example.com')))
  })

  test(`${engine}: providers are tried in their order until one takes the message; the status tells of each`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s503.example.com/'))
    await provider(app, webhook('https://nobody.example.com/'))
    const { id } = await provider(app, webhook('https://s200.example.com/'))
    await provider(app, webhook('https://s201.example.com/'))
    const row = await deliverNow(w, app)
    const reasons = 'webhook: had a fault of its own (503); webhook: could not be reached'
    assert.deepEqual([...told(row), row.provider_id], ['sent', 'webhook', reasons, id])
    assert.equal(callsTo(w, 's201.example.com').length, 0)
    assert.equal(await jobsLeft(w, app), 0)
  })

  test(`${engine}: a recipient that is refused is not carried to the next provider, nor tried again`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s404.example.com/'))
    await provider(app, webhook('https://s202.example.com/'))
    assert.deepEqual(told(await deliverNow(w, app)), ['failed', null, 'webhook: refused the message (404)'])
    assert.equal(callsTo(w, 's202.example.com').length, 0)
    assert.equal(await jobsLeft(w, app), 0)
  })

  test(`${engine}: a code of ten minutes gets nine tries, then fails and says why`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s500.example.com/'))
    const before = callsTo(w, 's500.example.com').length
    await deliverNow(w, app)
    const tries: number[] = []
    for (let second = 0; second < 600; second++) {
      const calls = callsTo(w, 's500.example.com').length - before
      if (calls > tries.length) tries.push(second)
      w.advance(1_000)
      await w.drain()
    }
    assert.deepEqual(tries, [0, 2, 6, 14, 30, 62, 126, 254, 510])
    await sweep(w)
    assert.deepEqual(told(await newest(w, app)), ['failed', null, 'webhook: had a fault of its own (500)'])
    w.advance(600_000)
    await w.drain()
    assert.equal(callsTo(w, 's500.example.com').length - before, 9)
    assert.equal(await jobsLeft(w, app), 0)
  })

  test(`${engine}: each try tells how many minutes are left`, async () => {
    const app = await application(w)
    await provider(app, { ...webhook('https://s502.example.com/') })
    await deliverNow(w, app)
    w.advance(9 * 60_000)
    await w.drain()
    const texts = callsTo(w, 's502.example.com').map(({ body }) => JSON.parse(body ?? '').text)
    assert.ok(texts[0].includes('10 minutes.') && texts.at(-1).includes(' one minute.'), texts.join())
  })

  test(`${engine}: a message whose time is up before its first try is not sent`, async () => {
    const app = await application(w)
    await queue(w, app)
    w.advance(600_000)
    await w.drain()
    assert.deepEqual(told(await newest(w, app)), ['failed', null, 'was not tried in time'])
    assert.deepEqual(await listMail(w.deps.db, app.id, 10), [])
  })

  test(`${engine}: a message whose job is gone or parked does not stay queued`, async () => {
    const app = await application(w)
    await queue(w, app)
    w.advance(599_000)
    await sweep(w)
    assert.equal((await newest(w, app)).status, 'queued')
    w.advance(1_000)
    await sweep(w)
    assert.deepEqual(told(await newest(w, app)), ['failed', null, 'was not tried in time'])
    await w.drain()
    assert.deepEqual(await listMail(w.deps.db, app.id, 10), [])
  })

  test(`${engine}: a suppressed message is queued like any other, and dropped`, async () => {
    const app = await application(w)
    await queue(w, app)
    const real = await newest(w, app)
    await queue(w, app, { suppressed: 'recipient' })
    const { id: _, created_at: __, updated_at: ___, expires_at: ____, ...dropped } = await newest(w, app)
    const { id: _1, created_at: _2, updated_at: _3, expires_at: _4, ...sent } = real
    assert.deepEqual(dropped, sent)
    await w.drain()
    const reason = 'was not meant to be sent: the recipient is blocked or unknown'
    assert.deepEqual(told(await newest(w, app)), ['failed', null, reason])
    w.advance(1)
    await queue(w, app, { suppressed: 'budget' })
    await w.drain()
    assert.match((await newest(w, app)).reason ?? '', /^budget: /)
    assert.equal((await listMail(w.deps.db, app.id, 10)).length, 1)
  })

  test(`${engine}: a message that nobody gets costs the statements of one that arrives`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s200.example.com/'))
    await deliverNow(w, app)
    const statementsOf = async (more: Partial<NewMessage>) => {
      await queue(w, app, more)
      const seen: string[] = []
      const deps = derive(w.deps, {
        db: tellingStatements(w.deps.db, (name) => seen.push(name)),
        transact: (work) => w.deps.transact((tx) => work(tellingStatements(tx, (name) => seen.push(`tx: ${name}`)))),
      })
      await runDueJobs(deps, [sendMessageJob])
      return seen
    }
    const arrived = await statementsOf({})
    const calls = callsTo(w, 's200.example.com').length
    assert.ok(arrived.includes('tx: update messages'), arrived.join(', '))
    assert.deepEqual(await statementsOf({ suppressed: 'recipient' }), arrived)
    assert.equal(callsTo(w, 's200.example.com').length, calls)
  })

  test(`${engine}: in production there is no mailbox: the message fails at once, and says so`, async () => {
    const app = await application(w)
    await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    assert.deepEqual(told(await deliverNow(w, app)), ['failed', null, 'no provider is configured for email'])
    await provider(app, { kind: 'mailbox', channel: 'email' })
    assert.deepEqual(told(await deliverNow(w, app)), ['failed', null, 'mailbox: keeps messages in mode dev only'])
    assert.equal(await jobsLeft(w, app), 0)
    await provider(app, webhook('https://s200.example.com/'))
    assert.deepEqual(told(await deliverNow(w, app)), ['sent', 'webhook', 'mailbox: keeps messages in mode dev only'])
    assert.deepEqual(await listMail(w.deps.db, app.id, 10), [])
  })

  test(`${engine}: after a change of the master key nothing opens, and the status says so`, async () => {
    const app = await application(w)
    await provider(app, { kind: 'webhook', channel: 'email', options: { url: 'https://s200.example.com/' } })
    await queue(w, app)
    const [row] = await listJobs(w.deps.db).then((all) => all.filter(({ app_id }) => app_id === app.id))
    const other = { ...w.deps, config: { ...w.deps.config, masterKey: new Uint8Array(32).fill(9) } }
    await sendMessageJob.run(JSON.parse(row?.payload ?? ''), { appId: app.id, jobId: '' }, other)
    assert.deepEqual(told(await newest(w, app)), ['failed', null, 'was sealed with another master key'])
    await queue(w, app)
    const { deliver } = await import('./deliver.ts')
    const record = await applicationRecord(w, app)
    const letter = { id: 'msg_1', channel: 'email', recipient: 'a@b.example', subject: '', text: '', html: '' } as const
    const more = { sender: '', values: {}, locale: 'en', expiresAt: w.deps.now() }
    const reason = 'webhook: its secrets do not open with this master key'
    assert.deepEqual(await deliver(other, record, { ...letter, ...more }), { kind: 'refused', reason })
  })

  test(`${engine}: the message of an application that was deleted meanwhile is not sent`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s206.example.com/'))
    await queue(w, app)
    assert.equal((await app.operate('', { method: 'DELETE' })).status, 204)
    await w.drain()
    assert.equal(callsTo(w, 's206.example.com').length, 0)
    w.advance(120_000)
    await w.drain()
    assert.deepEqual(await listMessages(w.deps.db, app.id, 10), [])
    assert.deepEqual(await listProviders(w.deps.db, app.id), [])
  })

  test(`${engine}: a message that was ended is not sent again, and its status does not change`, async () => {
    const app = await application(w)
    await queue(w, app)
    const { id } = await newest(w, app)
    const note = (status: 'sent' | 'failed') =>
      w.deps.transact((tx) => updateMessage(tx, app.id, id, { status, provider: status }, w.deps.now()))
    await note('sent')
    await note('failed')
    await w.drain()
    assert.deepEqual(told(await newest(w, app)), ['sent', 'sent', null])
    assert.deepEqual(await listMail(w.deps.db, app.id, 10), [])
  })

  test(`${engine}: the status is kept for 30 days, mail in the mailbox for one`, async () => {
    const app = await application(w)
    await deliverNow(w, app)
    const kept = async () => [
      (await listMail(w.deps.db, app.id, 10)).length,
      (await listMessages(w.deps.db, app.id, 10)).length,
    ]
    for (const [ms, expected] of [
      [DAY_MS, [1, 1]],
      [1, [0, 1]],
      [29 * DAY_MS - 1, [0, 1]],
      [1, [0, 0]],
    ] as const) {
      w.advance(ms)
      await sweep(w)
      assert.deepEqual(await kept(), expected)
    }
  })

  test(`${engine}: of many workers at once, one sends a message`, async () => {
    const app = await application(w)
    await provider(app, webhook('https://s207.example.com/'))
    // One process alone may use an SQLite file.
    const second = engine === 'sqlite' ? w : await world(engine, { databaseUrl: w.databaseUrl })
    second.advance(w.deps.now() - second.deps.now())
    statusByHost(second)
    for (let i = 0; i < 5; i++) await queue(w, app)
    const only: Job[] = [sendMessageJob]
    await Promise.all(Array.from({ length: 8 }, (_, i) => runDueJobs((i % 2 ? w : second).deps, only)))
    const sent = [...new Set([w, second])]
      .flatMap((one) => callsTo(one, 's207.example.com'))
      .map(({ body }) => JSON.parse(body ?? ''))
    assert.equal(new Set(sent.map(({ id }) => id)).size, 5)
    assert.equal(sent.length, 5)
    assert.ok((await listMessages(w.deps.db, app.id, 10)).every(({ status }) => status === 'sent'))
  })
}
