import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'

const { antiphonCalls } = await import(`${import.meta.dirname}/../../examples/hooks/node/antiphon-call.mjs`)

/** A call that nobody of ours has signed, as it comes in. */
const madeUp = (keyId: string) =>
  Object.assign(Readable.from([Buffer.from('{}')]), {
    headers: { 'x-webhook-signature': 'made-up', 'x-webhook-signature-key-id': keyId },
  })

for (const [status, what, complaint] of [
  [200, 'answer', /has no key/],
  [503, 'are away', /answered 503/],
] as const) {
  test(`calls of made-up key ids, beside and after each other, fetch the keys once while these ${what}`, async () => {
    let fetches = 0
    const server = createServer((_, response) => {
      fetches += 1
      response.writeHead(status).end('{"keys":[]}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    after(() => server.close())
    const { port } = server.address() as AddressInfo
    const read = antiphonCalls({ appId: 'shop', jwksUrl: `http://127.0.0.1:${port}/` })
    const isRefused = (keyId: string) => assert.rejects(read(madeUp(keyId)), complaint)
    await Promise.all(['a', 'b', 'c'].map(isRefused))
    await isRefused('d')
    assert.equal(fetches, 1)
  })
}
