import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stages } from '../../../test/house/stages.ts'
import { consumeLimit } from '../limits/store.ts'
import { answerOnce, type Said } from './once.ts'
import { deleteExpiredRequests } from './store.ts'

const DAY = 86_400_000
const saying = (status: number, code = 'x'): Said => ({ status, body: { code }, headers: { 'x-a': 'b' } })

let made = 0
const newRequest = () => ({
  appId: 'app',
  operationId: 'create',
  caller: 'me',
  key: `k${++made}`,
  content: ['/', { a: 1 }],
})

for (const { engine, w } of await stages()) {
  const { deps } = w
  /** How often it was done when it was asked for twice, and what the second was told. */
  async function twice(first: Said) {
    const request = newRequest()
    let times = 0
    const ask = () =>
      answerOnce(deps, request, async () => {
        times++
        return first
      })
    await ask()
    const second = await ask()
    return { times, second }
  }

  for (const said of [saying(201), saying(409), saying(404), saying(400, 'invalid_identifier')])
    test(`${engine}: ${said.status} ${(said.body as { code: string }).code} is kept, headers and all`, async () => {
      assert.deepEqual(await twice(said), { times: 1, second: said })
    })

  for (const said of [saying(500), saying(503), saying(429), saying(400, 'invalid_request')])
    test(`${engine}: ${said.status} ${(said.body as { code: string }).code} is asked for anew`, async () => {
      assert.deepEqual(await twice(said), { times: 2, second: said })
    })

  const effect = () =>
    deps.transact((tx) => consumeLimit(tx, 'app', { name: 'effects', max: 99, windowSeconds: 60 }, 'x', deps.now()))

  test(`${engine}: what breaks after it has committed something is not done again, what breaks before is`, async () => {
    const breaking = async (request: ReturnType<typeof newRequest>, work: () => Promise<unknown>) => {
      await assert.rejects(
        answerOnce(deps, request, async () => {
          await work()
          throw new Error('broken')
        }),
        /broken/,
      )
      w.advance(60_000)
      return await answerOnce(deps, request, async () => saying(201))
    }
    assert.equal('refusal' in (await breaking(newRequest(), effect)), true)
    assert.deepEqual(await breaking(newRequest(), async () => {}), saying(201))
  })

  test(`${engine}: what was left to a timer is not the request’s, and is committed`, async () => {
    const later = Promise.withResolvers<void>()
    let effects: Promise<boolean> | undefined
    await answerOnce(deps, newRequest(), async () => {
      effects = later.promise.then(effect)
      return saying(503)
    })
    later.resolve()
    assert.equal(await effects, true)
  })

  test(`${engine}: only what is a day old is swept`, async () => {
    const request = newRequest()
    await answerOnce(deps, request, async () => saying(201))
    const sweep = () => deps.transact((tx) => deleteExpiredRequests(tx, deps.now(), 1_000))
    w.advance(DAY - 1)
    await sweep()
    assert.deepEqual(await answerOnce(deps, request, async () => saying(409)), saying(201))
    w.advance(1)
    assert.ok((await sweep()) > 0)
    assert.equal(await sweep(), 0)
  })
}
