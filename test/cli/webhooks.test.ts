import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { freshDatabase } from '../world.ts'
import { antiphon, going, MASTER_KEY, serving, type Variables } from './antiphon.ts'

const { antiphonWebhook } = await import(`${import.meta.dirname}/../../docs/kit/node/antiphon-webhook.mjs`)

const USER = {
  identifiers: [{ type: 'email_address', value: 'zoë@bücher.example' }],
  profile: { name: 'Zoë \u2028 “Z”' },
}

/** A server with an application, and how to call its management API. */
async function shop() {
  const variables = { ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'), ANTIPHON_MASTER_KEY: MASTER_KEY }
  const made = await antiphon(['apps', 'create', 'shop', '--json'], variables)
  const { management_key: key } = JSON.parse(made.stdout)
  const { address } = await serving({ ...variables, ANTIPHON_DEFAULT_APP: 'shop' })
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  const manage = async (method: string, path: string, body?: object): Promise<any> => {
    const answer = await fetch(`${address}/v2/session/apps/shop${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return await answer.json()
  }
  return { address, manage, variables: { ANTIPHON_MANAGEMENT_KEY: key } }
}

/** A receiver as people write it, by the kit; it answers 503 for as long as `isDown` says. */
async function receiver(address: string, isDown: () => boolean) {
  const read = antiphonWebhook({ appId: 'shop', jwksUrl: `${address}/.well-known/jwks.json` })
  const taken: { type: string; sequence: number; payload: { user_id: string; profile: object } }[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = await buffer(request)
    const events = isDown() ? undefined : await read(body, request.headers)
    taken.push(...(events ?? []))
    response.writeHead(events ? 200 : 503).end()
  }).listen(0, '127.0.0.1')
  after(() => server.close())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken }
}

const listenTo = (address: string, url: string, variables: Variables, ...flags: string[]) =>
  going(
    ['webhooks', 'listen', '--app', 'shop', '--url', address, '--forward', url, ...flags],
    variables,
    /^Events of shop go to /,
  )

/** Wait until it says so. */
async function until(says: () => boolean): Promise<void> {
  while (!says()) await new Promise((resolve) => setTimeout(resolve, 25))
}

test('listen forwards what happens to a local receiver, which verifies it as any delivery; afterwards nothing is left', async () => {
  const { address, manage, variables } = await shop()
  let isDown = true
  const { url, taken } = await receiver(address, () => isDown)
  const listener = await listenTo(address, url, variables, '--events', 'user.created,user.deleted')
  const { webhooks } = await manage('GET', '/webhooks')
  assert.deepEqual([webhooks.length, webhooks[0].kind], [1, 'pull'])

  const { id } = await manage('POST', '/users', USER)
  await until(() => listener.stdout().includes('→ 503'))
  isDown = false
  await until(() => listener.stdout().includes('→ 200'))
  const [event] = taken
  assert.deepEqual([taken.length, event?.type, event?.sequence, event?.payload.user_id], [1, 'user.created', 1, id])
  assert.deepEqual(event?.payload.profile, USER.profile)
  assert.match(listener.stdout(), /^#1 {2}user\.created {2}evt_\w+ {2}→ 503\n#1 {2}user\.created {2}evt_\w+ {2}→ 200$/m)

  assert.equal(await listener.stop('SIGINT'), 0, listener.stderr())
  assert.deepEqual((await manage('GET', '/webhooks')).webhooks, [])
})

test('listen goes on with a webhook of its own where it was left, and keeps it', async () => {
  const { address, manage, variables } = await shop()
  const { url, taken } = await receiver(address, () => false)
  const { webhook } = await manage('POST', '/webhooks', { kind: 'pull', events: ['user.created'] })
  for (const turn of [1, 2]) {
    await manage('POST', '/users', { identifiers: [{ type: 'email_address', value: `${turn}@shop.example` }] })
    const listener = await listenTo(address, url, variables, '--webhook', webhook.id)
    await until(() => taken.length === turn)
    await until(() => listener.stdout().includes(`#${turn} `))
    assert.equal(await listener.stop('SIGTERM'), 0, listener.stderr())
  }
  assert.deepEqual(
    taken.map(({ sequence }) => sequence),
    [1, 2],
  )
  assert.equal((await manage('GET', '/webhooks')).webhooks.length, 1)
})

test('webhooks are listed, tried and sent again from the command line; without a key, or with a wrong one, it says so', async () => {
  const { address, manage, variables } = await shop()
  const run = (...words: string[]) => antiphon(['webhooks', ...words, '--app', 'shop', '--url', address], variables)
  assert.equal((await run('list')).stdout, '[]\n')
  const { webhook } = await manage('POST', '/webhooks', {
    url: 'https://hooks.invalid/antiphon',
    verification_token: 'secret',
    events: ['user.created'],
  })
  const [listed] = JSON.parse((await run('list')).stdout)
  assert.deepEqual([listed.id, listed.status, listed.url], [webhook.id, 'inactive', 'https://hooks.invalid/antiphon'])
  const tried = await run('test', webhook.id)
  assert.deepEqual([tried.status, tried.stderr], [1, ''])
  assert.match(JSON.parse(tried.stdout).try.reason, /^It could not be reached/)
  await manage('POST', '/users', USER)
  const again = await run('replay', webhook.id, '--since', '2026-01-01T00:00:00Z')
  assert.deepEqual(JSON.parse(again.stdout), { count: 1 }, again.stderr)
  const unknown = await run('test', 'web_nothing', '--json')
  assert.equal(JSON.parse(unknown.stderr).error.code, 'not_found')

  const flags = ['webhooks', 'list', '--app', 'shop', '--url', address]
  const keyless = await antiphon(flags)
  assert.deepEqual([keyless.status, keyless.stdout], [2, ''])
  assert.match(keyless.stderr, /^ANTIPHON_MANAGEMENT_KEY: is missing/)
  const wrong = await antiphon(flags, { ANTIPHON_MANAGEMENT_KEY: 'ak_wrong' })
  assert.equal(wrong.status, 1)
  assert.match(wrong.stderr, /^antiphon: http:\S+: .* \(401 invalid_api_token\)$/m)
  const nowhere = await antiphon([...flags.slice(0, -1), 'http://127.0.0.1:1'], variables)
  assert.match(nowhere.stderr, /^antiphon: http:\/\/127\.0\.0\.1:1: nobody listens there/m)
  const noUrl = await antiphon([...flags.with(1, 'listen'), '--forward', 'localhost'], variables)
  assert.match(noUrl.stderr, /^antiphon: --forward: is no URL$/m)
  const noFile = await antiphon(flags, { ...variables, ANTIPHON_CA_FILE: '/nowhere.pem' })
  assert.match(noFile.stderr, /^ANTIPHON_CA_FILE: .*no such file/)
})
