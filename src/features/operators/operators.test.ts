import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKey, application, instanceKey, send } from '../../../test/builders.ts'
import { addPasskey, consoleOf, operatorOf, showPasskey, signedIn } from '../../../test/house/console.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { MAX_OPERATORS } from '../../core/operators/roster.ts'
import { insertOperator } from '../../core/operators/store/operators.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'

const PATH = '/v2/session/operators'
const BO = { name: ' Bo ', email: 'Bo@Example.COM ', role: 'support' }

const manager = async (w: World, key = instanceKey(w)) => {
  const headers = { authorization: `Bearer ${await key}` }
  return (method: string, path = '', body?: unknown) => send(w, `${PATH}${path}`, { method, headers, body })
}

for (const { engine, it, w } of await stages(async (w) => ({ it: await consoleOf(w) }))) {
  test(`${engine}: somebody is taken onto the roster, invited, changed and removed`, async () => {
    const manage = await manager(w)
    const { status, body } = await manage('POST', '', { ...BO, apps: ['shop', 'bank', 'shop'] })
    assert.equal(status, 201)
    const { operator, invitation } = body
    assert.deepEqual([operator.name, operator.email, operator.apps], ['Bo', 'bo@example.com', ['bank', 'shop']])
    assert.match(invitation.token, /^aoi_/)
    assertDenied(await manage('POST', '', BO), 'operator_already_exists', 'conflict')
    const browser = it.browser()
    await browser.call('POST', '/console/invitation', { token: invitation.token })
    await addPasskey(browser)
    const listed = (await manage('GET')).body.operators.find(({ id }: { id: string }) => id === operator.id)
    assert.deepEqual([listed.passkeys, listed.sessions, listed.role], [1, 1, 'support'])
    assert.equal(Date.parse(listed.last_seen_at), Math.floor(w.deps.now() / 1000) * 1000)
    const changed = await manage('PATCH', `/${operator.id}`, { role: 'developer', apps: null })
    assert.deepEqual(
      [changed.body.operator.role, changed.body.operator.apps, changed.body.operator.name],
      ['developer', null, 'Bo'],
    )
    assert.equal((await browser.call('GET', '/console/session')).body.operator.role, 'developer')
    assert.deepEqual((await manage('POST', `/${operator.id}/sessions/end`)).body, { ended: 1 })
    assertDenied(await browser.call('GET', '/console/session'), 'not_signed_in', 'unauthorized')
    assert.equal((await manage('DELETE', `/${operator.id}`)).status, 204)
    for (const [method, path] of [
      ['DELETE', ''],
      ['PATCH', ''],
      ['POST', '/invitation'],
      ['POST', '/sessions/end'],
    ] as const)
      assertNotFound(await manage(method, `/${operator.id}${path}`, method === 'PATCH' ? {} : undefined))
  })

  test(`${engine}: a removed operator's passkey lets nobody in, and an invitation lets in again who has none left`, async () => {
    const manage = await manager(w)
    const { id, browser } = await signedIn(it, { role: 'support' })
    const one = await addPasskey(browser)
    const { body } = await manage('POST', `/${id}/invitation`)
    const back = await it.browser().call('POST', '/console/invitation', { token: body.invitation.token })
    assert.equal(back.body.operator.id, id)
    await manage('DELETE', `/${id}`)
    assertDenied(await showPasskey(it.browser(), one), 'passkey_refused', 'unauthorized')
  })

  test(`${engine}: bad input is refused by name`, async () => {
    const manage = await manager(w)
    for (const [body, place] of [
      [{ ...BO, email: 'nobody' }, 'body.email'],
      [{ ...BO, role: 'root' }, 'body.role'],
      [{ ...BO, name: ' ' }, 'body.name'],
      [{ ...BO, apps: [] }, 'body.apps'],
    ] as const)
      assertInvalid(await manage('POST', '', body), place)
  })

  test(`${engine}: nobody makes, changes or removes somebody who may do more than they may`, async () => {
    const admin = (await signedIn(it, { role: 'admin' })).browser
    const owner = await operatorOf(w)
    const make = (role: string, apps: string[] | null = null) =>
      admin.call('POST', PATH, { name: 'x', email: `${role}-by-admin@example.com`, role, apps })
    assertDenied(await make('owner'), 'insufficient_permissions', 'forbidden')
    for (const role of ['admin', 'developer', 'support', 'analyst', 'auditor'])
      assert.equal((await make(role)).status, 201)
    for (const [method, path, body] of [
      ['PATCH', '', { role: 'analyst' }],
      ['PATCH', '', { name: 'y' }],
      ['DELETE', '', undefined],
      ['POST', '/invitation', undefined],
      ['POST', '/sessions/end', undefined],
    ] as const)
      assertDenied(
        await admin.call(method, `${PATH}/${owner.id}${path}`, body),
        'insufficient_permissions',
        'forbidden',
      )
    const auditor = await operatorOf(w, { role: 'auditor' })
    const up = await admin.call('PATCH', `${PATH}/${auditor.id}`, { role: 'owner' })
    assertDenied(up, 'insufficient_permissions', 'forbidden')
    const weak = await manager(w, apiKey(w, '', { permissions: ['operators:write'] }))
    assertDenied(
      await weak('POST', '', { ...BO, email: 'a@b.example', role: 'analyst' }),
      'insufficient_permissions',
      'forbidden',
    )
  })

  test(`${engine}: who works with some applications sees those alone, and nothing of the instance`, async () => {
    const [own, other] = [await application(w), await application(w)]
    const { browser } = await signedIn(it, { apps: [own.id] })
    assert.deepEqual(
      (await browser.call('GET', '/console/session')).body.applications.map(({ id }: { id: string }) => id),
      [own.id],
    )
    assert.equal((await browser.call('GET', `/v2/session/apps/${own.id}/users`)).status, 200)
    assertNotFound(await browser.call('GET', `/v2/session/apps/${other.id}/users`))
    for (const [method, path] of [
      ['GET', '/v2/session/apps'],
      ['GET', PATH],
      ['GET', '/v2/session/audit'],
      ['DELETE', `/v2/session/apps/${own.id}`],
    ] as const)
      assertDenied(await browser.call(method, path), 'insufficient_permissions', 'forbidden')
    const key = await browser.call('POST', `/v2/session/apps/${own.id}/keys`, { name: 'backend' })
    assert.equal(key.status, 201, JSON.stringify(key.body))
    const deaf = await browser.call('PATCH', `/v2/session/apps/${own.id}`, {
      public_origins: ['https://taken.example.com'],
    })
    assertDenied(deaf, 'instance_key_required', 'forbidden')
  })

  test(`${engine}: what an operator changes says who it was, from where, by which request`, async () => {
    const app = await application(w)
    const { id, browser } = await signedIn(it)
    const answer = await browser.call(
      'PATCH',
      `/v2/session/apps/${app.id}`,
      { name: 'New' },
      { 'x-forwarded-for': '203.0.113.9' },
    )
    const [entry] = (await browser.call('GET', `/v2/session/apps/${app.id}/audit`)).body.entries
    assert.deepEqual([entry.actor, entry.operation, entry.ip], [`operator:${id}`, 'updateApplication', '203.0.113.9'])
    assert.equal(entry.request_id, answer.headers.get('x-request-id'))
  })
}

for (const { engine, w } of await stages()) {
  test(`${engine}: the last who may do everything stays so`, async () => {
    const manage = await manager(w)
    const { id } = await operatorOf(w)
    await operatorOf(w, { apps: ['shop'] })
    await operatorOf(w, { role: 'admin' })
    for (const change of [{ role: 'admin' }, { apps: ['shop'] }])
      assertDenied(await manage('PATCH', `/${id}`, change), 'last_owner', 'conflict')
    assertDenied(await manage('DELETE', `/${id}`), 'last_owner', 'conflict')
    await operatorOf(w)
    assert.equal((await manage('DELETE', `/${id}`)).status, 204)
  })

  test(`${engine}: what is over is swept`, async () => {
    const it = await consoleOf(w)
    await scheduleJobs(w.deps, jobs)
    const { browser } = await signedIn(it)
    await showPasskey(it.browser(), await addPasskey(browser))
    await operatorOf(w)
    // The sweep of ceremonies looks again some minutes later.
    for (const ms of [14 * 3_600_000, 600_000]) {
      w.advance(ms)
      await w.drain()
    }
    const left = async (table: string) =>
      (await w.deps.db.withTables<Record<string, object>>().selectFrom(table).selectAll().execute()).length
    for (const table of ['operator_sessions', 'operator_invitations', 'operator_ceremonies'])
      assert.equal(await left(table), 0, table)
  })

  test(`${engine}: there are as many operators as there may be, and no more`, async () => {
    const manage = await manager(w)
    const { length } = (await manage('GET')).body.operators
    await w.deps.transact(async (tx) => {
      for (let i = length; i < MAX_OPERATORS; i++) {
        const rights = { role: 'analyst', apps: undefined, createdBy: 'test', createdAt: 0 } as const
        await insertOperator(tx, { ...rights, id: `opr_${i}`, name: 'x', email: `${i}@full.example` })
      }
    })
    assertDenied(await manage('POST', '', { ...BO, email: 'one@more.example' }), 'too_many_operators', 'conflict')
    assert.equal((await manage('DELETE', `/opr_${length}`)).status, 204)
    assert.equal((await manage('POST', '', { ...BO, email: 'one@more.example' })).status, 201)
  })
}
