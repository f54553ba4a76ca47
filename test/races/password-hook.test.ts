import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey, send, sentCode, sentCodes } from '../builders.ts'
import { checkWith, NEW, tokenOf } from '../house/codes.ts'
import { answered, personOf } from '../house/legacy.ts'
import { givePassword, importedUser, LOGIN, logIn, PASSWORD, passwordApp, storedPassword } from '../house/passwords.ts'
import { eventsOf } from '../house/rows.ts'
import { finalizeWith } from '../house/tokens.ts'
import type { World } from '../world.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const EMAIL = 'ada@example.com'
const HOOK = 'https://legacy.example.com/password/validate'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

const servers = await twoServers()
const [w] = servers
const server = (i: number) => servers[i % servers.length] as World
const knowing = (person: object) => {
  for (const one of servers) one.fakeNetwork(async () => answered(person))
}
const asked = () => servers.flatMap(({ outbound }) => outbound).length

for (const known of [true, false]) {
  test(`sixteen first logins by the hook of a user ${known ? 'known' : 'unknown'} here all get in, as one user with one hash, and each asks once at most`, async () => {
    const app = await passwordApp(w, { password_validation_url: HOOK })
    if (known) await importedUser(w, app, { external_id: 'legacy-1', verified: true })
    knowing(personOf('legacy-1', EMAIL))
    const before = asked()
    const answers = await race((i) =>
      send(server(i), LOGIN, { headers: { host: app.host }, body: { identifier: EMAIL, password: PASSWORD } }),
    )
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.ok(asked() - before <= CALLERS)
    const { users } = (await app.manage('/users')).body
    assert.equal(users.length, 1)
    assert.equal((await eventsOf(w, app, 'user.created')).length, 1)
    for (const { body } of answers) {
      const session = await finalizeWith(app, await dpopKey(w), body.challenge_token)
      assert.equal(claimsOf(session.body.access_token).sub, users[0].id)
    }
    assert.match((await storedPassword(w, app, users[0].id))?.hash ?? '', /^\$argon2id\$/)
    const after = asked()
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    assert.equal(asked(), after)
  })
}

test('a password that is set here while the hook says yes is the one that stays', async () => {
  for (let round = 0; round < 4; round++) {
    const app = await passwordApp(w, { password_validation_url: HOOK })
    const userId = await importedUser(w, app, { external_id: 'legacy-1', verified: true })
    knowing(personOf('legacy-1', EMAIL))
    const logins = race((i) =>
      send(server(i), LOGIN, { headers: { host: app.host }, body: { identifier: EMAIL, password: PASSWORD } }),
    )
    await givePassword(app, userId, { password: 'set here meanwhile' })
    await logins
    assert.equal((await logIn(app, EMAIL, 'set here meanwhile')).status, 200)
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 401)
  }
})

test('two users whose passwords are right at one unproven address: of their codes one proves it, for one of them', async () => {
  const app = await passwordApp(w)
  const first = await importedUser(w, app, { external_id: 'legacy-1', password_hash: BCRYPT })
  const second = await importedUser(w, app, { external_id: 'legacy-2' })
  await givePassword(app, second)
  const tokens = [tokenOf(await logIn(app, EMAIL, 'U*U')), '']
  w.advance(61_000)
  const code = await sentCode(w, app, EMAIL)
  tokens[1] = tokenOf(await logIn(app, EMAIL, PASSWORD))
  const other = (await sentCodes(w, app, EMAIL)).at(-1) ?? ''
  const answers = await race((i) => checkWith(app, NEW, tokens[i % 2] ?? '', i % 2 ? other : code))
  const winners = answers.flatMap(({ status, body }) => (status === 200 ? [claimsOf(body.challenge_token).sub] : []))
  assert.equal(winners.length, 1, JSON.stringify(tally(answers)))
  const owner = winners[0] === first ? 'U*U' : PASSWORD
  assert.ok([first, second].includes(String(winners[0])))
  assert.equal((await logIn(app, EMAIL, owner)).status, 200)
  assert.equal((await logIn(app, EMAIL, owner === PASSWORD ? 'U*U' : PASSWORD)).status, 401)
})
