import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertDenied, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'

const { antiphonWebhook } = await import(`${import.meta.dirname}/../../../docs/kit/node/antiphon-webhook.mjs`)

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  const create = async (body: object) => (await app.manage('/webhooks', { body })).body.webhook.id as string
  const nextOf = async (id: string) => (await app.manage(`/webhooks/${id}/next`)).body.delivery
  let users = 0
  const addUser = async (name: string) => {
    const identifiers = [{ type: 'email_address', value: `user${++users}@shop.example` }]
    assert.equal((await app.manage('/users', { body: { identifiers, profile: { name } } })).status, 201)
  }

  test(`${engine}: the next delivery comes as it would be sent, until it is committed, and any receiver verifies it`, async () => {
    const id = await create({ kind: 'pull', events: ['user.created'] })
    assert.deepEqual((await app.manage(`/webhooks/${id}/next`)).body, {})
    await addUser('zoë')
    await addUser('ŷ\u2028"')
    const first = await nextOf(id)
    assert.deepEqual(Object.keys(first).sort(), ['body', 'events', 'headers', 'id'])
    assert.equal(first.headers['x-webhook-delivery'], first.id)
    const read = await reader(app)
    assert.deepEqual(await read(Buffer.from(first.body), first.headers, w.deps.now()), first.events)
    assert.deepEqual(
      first.events.map(({ sequence }: { sequence: number }) => sequence),
      [1, 2],
    )

    w.advance(6 * 60_000)
    await addUser('late')
    const again = await nextOf(id)
    assert.deepEqual([again.id, again.events], [first.id, first.events])
    assert.deepEqual(await read(Buffer.from(again.body), again.headers, w.deps.now()), first.events)
    await assert.rejects(read(Buffer.from(first.body), first.headers, w.deps.now()), /5 minutes/)

    assert.equal((await app.manage(`/webhooks/${id}/commit`, { body: { sequence: 2 } })).status, 200)
    const third = await nextOf(id)
    assert.deepEqual(
      [third.events.length, third.events[0].sequence, third.events[0].payload.profile.name],
      [1, 3, 'late'],
    )
    await app.manage(`/webhooks/${id}/commit`, { body: { sequence: 3 } })
    assert.deepEqual((await app.manage(`/webhooks/${id}/next`)).body, {})
  })

  test(`${engine}: a delivery of which a part was committed comes whole`, async () => {
    const id = await create({ kind: 'pull', events: ['user.created'] })
    for (const name of ['one', 'two']) await addUser(name)
    const { id: delivery } = await nextOf(id)
    await app.manage(`/webhooks/${id}/commit`, { body: { sequence: 1 } })
    const again = await nextOf(id)
    assert.deepEqual([again.id, again.events.length], [delivery, 2])
  })

  test(`${engine}: there is no next of a webhook that is sent to its URL, nor of none`, async () => {
    const pushed = await create({
      url: 'https://hook.example/',
      verification_token: 'secret',
      events: ['user.created'],
    })
    assertDenied(await app.manage(`/webhooks/${pushed}/next`), 'webhook_is_pushed', 'conflict')
    assertNotFound(await app.manage('/webhooks/web_none/next'))
  })
}

/** The kit for Node, with the keys that the application publishes. */
async function reader(app: TestApp) {
  const { body } = await app.call('/.well-known/jwks.json')
  const jwksUrl = `data:application/json,${encodeURIComponent(JSON.stringify(body))}`
  return antiphonWebhook({ appId: app.id, jwksUrl })
}
