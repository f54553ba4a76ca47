import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send, type TestApp } from '../builders.ts'
import { addDomain, domainStage, OUR_ADDRESS, point } from '../house/domains.ts'
import { rowsOf } from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, tally } from './contenders.ts'

const ROUNDS = 3
const first = await domainStage('postgres')
const stages = [first, await domainStage('postgres', first.w.databaseUrl)] as const
const serverOf = (i: number) => stages[i % 2] as typeof first

const call = (i: number, app: TestApp, path: string, method: string) =>
  send(serverOf(i).w, `/v2/session/apps/${app.id}${path}`, {
    method,
    headers: { authorization: `Bearer ${app.managementKey}` },
  })

/** Which of the applications answers at a host, by either server once its caches are old; undefined for nobody. */
async function holderOf(host: string): Promise<string | undefined> {
  const answers = stages.map(async ({ w }) => {
    w.advance(1_000)
    const { status, body } = await send(w, '/.well-known/jwks.json', { headers: { host } })
    return status === 200 ? JSON.stringify(body.keys[0]) : undefined
  })
  const [one, two] = await Promise.all(answers)
  assert.equal(one, two)
  return one
}

const domainsOf = async (app: TestApp) =>
  ((await rowsOf(first.w, app)).domains ?? []) as { domain: string; status: string }[]

test('of two applications that prove one name sixteen times at once, one has it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `id${round}.shop.example`
    const apps = [await application(first.w), await application(first.w)] as const
    const made = [await addDomain(apps[0], name), await addDomain(apps[1], name)] as const
    for (const { dns } of stages) {
      dns.set(name, 'A', OUR_ADDRESS)
      dns.set(made[0].txt_record.name, 'TXT', ...made.map((one) => one.txt_record.value))
    }
    const answers = await race(async (i) => {
      // Each application by both servers.
      const which = (i >> 1) % 2
      return { which, ...(await call(i, apps[which] as TestApp, `/domains/${made[which]?.id}/verify`, 'POST')) }
    })
    const statuses = await Promise.all(apps.map(async (app) => (await domainsOf(app))[0]?.status))
    assert.deepEqual(statuses.toSorted(), ['issuing', 'verifying'])
    const winner = statuses.indexOf('issuing')
    const [won, lost] = [0, 1].map((n) => answers.filter(({ which }) => (which === winner) === (n === 0)))
    assert.deepEqual(tally(won ?? []), { 200: CALLERS / 2 })
    assert.deepEqual(tally(lost ?? []), { '409 domain_already_taken': CALLERS / 2 })
    const own = await send(first.w, '/.well-known/jwks.json', { headers: { host: apps[winner]?.host ?? '' } })
    assert.equal(await holderOf(name), JSON.stringify(own.body.keys[0]))
  }
})

test('a name that is proven and removed at once is afterwards answered by nobody, and free', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `gone${round}.shop.example`
    const [app, next] = [await application(first.w), await application(first.w)]
    const { id } = await addDomain(app, name)
    for (const stage of stages) point(stage, app, name)
    const answers = await race((i) =>
      i === CALLERS / 2 ? call(i, app, `/domains/${id}`, 'DELETE') : call(i, app, `/domains/${id}/verify`, 'POST'),
    )
    assert.equal(answers[CALLERS / 2]?.status, 204)
    assert.ok(answers.every(({ status }) => [200, 204, 404].includes(status)))
    assert.equal(await holderOf(name), undefined)
    const again = await addDomain(next, name)
    for (const stage of stages) point(stage, next, name)
    assert.equal((await call(0, next, `/domains/${again.id}/verify`, 'POST')).body.domain.status, 'issuing')
  }
})

test('of an operator who gives a host and an application that proves it at once, one has it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `given${round}.shop.example`
    const [app, other] = [await application(first.w), await application(first.w)]
    const { id } = await addDomain(app, name)
    for (const stage of stages) point(stage, app, name)
    const body = { public_origins: [`https://${name}`] }
    const [proven, given] = await Promise.all([
      call(1, app, `/domains/${id}/verify`, 'POST'),
      other.operate('', { method: 'PATCH', body }),
    ])
    assert.ok(['200,409', '409,200'].includes(`${proven.status},${given.status}`), `${proven.status},${given.status}`)
  }
})

test('of sixteen who add one name to one application, one does', async () => {
  const app = await application(first.w)
  const answers = await race((i) =>
    send(serverOf(i).w, `/v2/session/apps/${app.id}/domains`, {
      body: { domain: 'once.shop.example' },
      headers: { authorization: `Bearer ${app.managementKey}` },
    }),
  )
  assert.deepEqual(tally(answers), { 201: 1, '409 domain_already_exists': CALLERS - 1 })
})

test('of sixteen who see one certificate at once, one tells of it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const name = `seen${round}.shop.example`
    const app = await application(first.w)
    const { id } = await addDomain(app, name)
    for (const stage of stages) {
      point(stage, app, name)
      await stage.site.certify(name)
    }
    const answers = await race((i) => call(i, app, `/domains/${id}/verify`, 'POST'))
    assert.ok(answers.every(({ status, body }) => status === 200 && body.domain.status !== 'pending_dns'))
    assert.equal((await domainsOf(app))[0]?.status, 'active')
    assert.equal((await eventsOf(first.w, app, 'domain.active')).length, 1)
  }
})
