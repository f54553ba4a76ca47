import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OperatorTables } from '../../src/core/operators/tables.ts'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { type Answer, instanceKey, send } from '../builders.ts'
import { authenticator } from '../house/authenticator.ts'
import { COMPANY, comeBack, refusalOf, setOut } from '../house/company.ts'
import { addPasskey, CONSOLE_ORIGIN, consoleOf, operatorOf, signedIn } from '../house/console.ts'
import { type Played, play } from '../house/oauth.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers({ consoleCompany: COMPANY })
const [w] = servers
const consoles = [await consoleOf(servers[0]), await consoleOf(servers[1])] as const
const at = (i: number) => consoles[i % 2] ?? consoles[0]

test('of sixteen who use one invitation, one is let in', async () => {
  const { invitation } = await operatorOf(w)
  const answers = await race((i) => at(i).browser().call('POST', '/console/invitation', { token: invitation }))
  assert.deepEqual(tally(answers), { 200: 1, '401 invalid_invitation': CALLERS - 1 })
})

/** How the logins ended: by the word of the refusal, or `in`. */
const ends = (answers: readonly Answer[]) =>
  tally(answers.map((one) => ({ ...one, body: { code: refusalOf(one) || 'in' } })))

/** A company at which both servers ask, and whose codes are good as often as they are shown. */
async function careless(): Promise<Played> {
  const played = await play(w, 'acme')
  let said: Promise<OutboundOutcome> | undefined
  const answer = (request: OutboundRequest) => {
    if (!request.url.endsWith('/token')) return played.answer(request)
    said ??= played.answer(request)
    return said
  }
  for (const server of servers) server.fakeNetwork(answer)
  return played
}

test('of sixteen who bring one answer of a company, one is let in', async () => {
  const { email } = await operatorOf(w)
  const played = await careless()
  played.claims = { sub: 'replayed', email }
  const browser = at(0).browser()
  const sent = await setOut(browser, played)
  const answers = await race((i) => comeBack(browser.copy(at(i)), sent))
  assert.deepEqual(ends(answers), { '303 in': 1, '303 unfit': CALLERS - 1 })
})

/** Sixteen who come by a company at once. `subjectOf`: whom each token that is asked for is about. */
async function comeAtOnce(email: string, subjectOf: (i: number) => string): Promise<Record<string, number>> {
  const played = await play(w, 'acme')
  servers[1].fakeNetwork((request) => played.answer(request))
  let asked = 0
  Object.defineProperty(played, 'claims', { get: () => ({ sub: subjectOf(asked++), email }) })
  const answers = await race(async (i) => {
    const browser = at(i).browser()
    return await comeBack(browser, await setOut(browser, played))
  })
  return ends(answers)
}

test('of sixteen accounts that come first with one address, one is linked', async () => {
  const { email } = await operatorOf(w)
  const ended = await comeAtOnce(email, (i) => `first-${i}`)
  assert.deepEqual(ended, { '303 in': 1, '303 other_account': CALLERS - 1 })
})

test('of sixteen first logins by one account, all are let in, and it is linked once', async () => {
  for (let round = 0; round < 8; round++) {
    const { id, email } = await operatorOf(w)
    assert.deepEqual(await comeAtOnce(email, () => `account-${round}`), { '303 in': CALLERS })
    const rows = await w.deps.db.withTables<OperatorTables>().selectFrom('operator_identities').selectAll().execute()
    assert.equal(rows.filter(({ operator_id }) => operator_id === id).length, 1)
  }
})

test('of sixteen invitations of one operator that are made at once, the last one is good', async () => {
  const { id } = await operatorOf(w)
  const headers = { authorization: `Bearer ${await instanceKey(w)}` }
  const invited = await race((i) =>
    send(servers[i % 2] ?? w, `/v2/session/operators/${id}/invitation`, { method: 'POST', headers }),
  )
  const answers = await race((i) =>
    at(i).browser().call('POST', '/console/invitation', { token: invited[i]?.body.invitation.token }),
  )
  assert.deepEqual(tally(answers), { 200: 1, '401 invalid_invitation': CALLERS - 1 })
})

test('whoever is taken off the roster while they register a passkey keeps none', async () => {
  const headers = { authorization: `Bearer ${await instanceKey(w)}` }
  await operatorOf(w)
  await race(async (i) => {
    const { id, browser } = await signedIn(at(i), { role: 'support' })
    const { publicKey, registration_token } = (await browser.call('POST', '/console/passkeys/begin')).body
    const credential = authenticator({ origin: CONSOLE_ORIGIN }).register(publicKey)
    await Promise.all([
      browser.call('POST', '/console/passkeys/finish', { registration_token, credential }),
      send(servers[i % 2] ?? w, `/v2/session/operators/${id}`, { method: 'DELETE', headers }),
    ])
  })
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from operator_passkeys
    where operator_id not in (select id from operators)`.execute(w.deps.db)
  assert.equal(Number(rows[0]?.count), 0)
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
