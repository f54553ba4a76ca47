import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceKey, send } from '../builders.ts'
import { authenticator } from '../house/authenticator.ts'
import { addPasskey, CONSOLE_ORIGIN, consoleOf, operatorOf, signedIn } from '../house/console.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers
const consoles = [await consoleOf(servers[0]), await consoleOf(servers[1])] as const
const at = (i: number) => consoles[i % 2] ?? consoles[0]

test('of sixteen who use one invitation, one is let in', async () => {
  const { invitation } = await operatorOf(w)
  const answers = await race((i) => at(i).browser().call('POST', '/console/invitation', { token: invitation }))
  assert.deepEqual(tally(answers), { 200: 1, '401 invalid_invitation': CALLERS - 1 })
})

for (const counter of [null, 0]) {
  test(`of sixteen who show one answer of a passkey, one is let in; its count: ${counter}`, async () => {
    const { browser } = await signedIn(at(0))
    const one = await addPasskey(browser, { counter })
    const { publicKey, login_token } = (await at(0).browser().call('POST', '/console/login/begin')).body
    const body = { login_token, credential: one.assert(publicKey) }
    const answers = await race((i) => at(i).browser().call('POST', '/console/login/finish', body))
    assert.deepEqual(tally(answers), { 200: 1, '401 passkey_refused': CALLERS - 1 })
  })
}

test('of sixteen answers to one registration, one is kept', async () => {
  const { browser } = await signedIn(at(0))
  const { publicKey, registration_token } = (await browser.call('POST', '/console/passkeys/begin')).body
  const answers = await race(() => {
    const credential = authenticator({ origin: CONSOLE_ORIGIN }).register(publicKey)
    return browser.call('POST', '/console/passkeys/finish', { registration_token, credential })
  })
  assert.deepEqual(tally(answers), { 200: 1, '400 passkey_not_kept': CALLERS - 1 })
})

test('of sixteen owners who are all removed or made less at once, one is left', async () => {
  for (let round = 0; round < 3; round++) {
    const key = await instanceKey(w)
    const ids: string[] = []
    for (let i = 0; i < CALLERS; i++) ids.push((await operatorOf(w)).id)
    const headers = { authorization: `Bearer ${key}` }
    const listed = async () => (await send(w, '/v2/session/operators', { headers })).body.operators
    const others = (await listed()).filter((one: { id: string; role: string }) => !ids.includes(one.id))
    for (const { id } of others) await send(w, `/v2/session/operators/${id}`, { method: 'DELETE', headers })
    const answers = await race((i) =>
      send(servers[i % 2] ?? w, `/v2/session/operators/${ids[i]}`, {
        headers,
        ...(i % 3 ? { method: 'DELETE' } : { method: 'PATCH', body: { role: 'support' } }),
      }),
    )
    assert.equal(tally(answers)['409 last_owner'], 1, JSON.stringify(tally(answers)))
    assert.equal((await listed()).filter((one: { role: string }) => one.role === 'owner').length, 1)
  }
})
