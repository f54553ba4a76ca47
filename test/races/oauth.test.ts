import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Client,
  claimsOf,
  dpopKey,
  grant,
  login,
  sentCode,
  type TestApp,
  through as throughWorld,
  user,
} from '../builders.ts'
import { checkWith, NEW, started } from '../house/codes.ts'
import { linkAccount } from '../house/federation.ts'
import { rowsOf } from '../house/legacy.ts'
import { begin, CONFIG, comeBack, configOf, type Played, play, returned, withProvider } from '../house/oauth.ts'
import { COMPANY, connect, SSO_URL } from '../house/saml-connections.ts'
import { finalizeWith } from '../house/tokens.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const ROUNDS = 5
const MERGING = { options: { use_email_as_identifier: true, allow_email_account_merge: true } }
const [first, second] = await twoServers()
const servers = [first, second] as const
const on = (app: TestApp, i: number) => throughWorld(servers[i % 2] as typeof first, app)

/** Both servers see the same network. */
function share(...all: Played[]): void {
  for (const w of servers) {
    w.fakeNetwork(async (request) => {
      for (const played of all) {
        const outcome = await played.answer(request)
        if (outcome?.kind === 'answered' && outcome.status !== 404) return outcome
      }
      return { kind: 'failed', reason: 'network' }
    })
  }
}

test('10 of sixteen callbacks with one state, one exchanges the code, and all go on to one place', async () => {
  const { app, played } = await withProvider(first, 'google')
  share(played)
  for (let round = 1; round <= ROUNDS; round++) {
    const back = played.consent((await begin(app, 'google')).url)
    const answers = await race((i) => comeBack(on(app, i), 'google', back))
    const locations = new Set(answers.map((answer) => answer.headers.get('location')))
    assert.equal(locations.size, 1)
    assert.ok(returned(answers[0] as (typeof answers)[0]).challenge_token)
    assert.equal(played.calls('/token'), round)
  }
  const { users = [], federated_identities = [] } = await rowsOf(first, app)
  assert.deepEqual([users.length, federated_identities.length], [1, 1])
})

test('79 of sixteen callbacks of somebody whose company has its own login, one begins that, and all go on into it', async () => {
  const { app, played } = await withProvider(first, 'google')
  share(played)
  await connect(first, app, { behavior: { enforce_login: true } })
  played.claims = { email: `ana@${COMPANY}` }
  for (let round = 1; round <= ROUNDS; round++) {
    const back = played.consent((await begin(app, 'google')).url)
    const answers = await race((i) => comeBack(on(app, i), 'google', back))
    assert.deepEqual(tally(answers), { 303: CALLERS })
    const [location = '', ...others] = new Set(answers.map((answer) => answer.headers.get('location') ?? ''))
    assert.ok(location.startsWith(SSO_URL))
    assert.deepEqual(others, [])
  }
  const { users = [], federated_identities = [], login_attempts = [] } = await rowsOf(first, app)
  assert.deepEqual([users.length, federated_identities.length, login_attempts.length], [0, 0, 2 * ROUNDS])
})

test('sixteen first logins of one person by one provider make one user', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const { app, played } = await withProvider(first, 'google')
    share(played)
    const backs = await race(async () => played.consent((await begin(app, 'google')).url))
    const answers = await Promise.all(backs.map((back, i) => comeBack(on(app, i), 'google', back)))
    const subs = answers.map((answer) => claimsOf(returned(answer).challenge_token ?? '').sub)
    assert.equal(new Set(subs).size, 1)
    const { users = [], federated_identities = [], identifiers = [] } = await rowsOf(first, app)
    assert.deepEqual([users.length, federated_identities.length, identifiers.length], [1, 1, 1])
  }
})

for (const [name, change, users] of [
  ['make one user, where accounts merge', MERGING, { merged: true }],
  ['make one user, and who comes second is told', {}, { merged: false }],
] as const) {
  test(`75 two providers that bring one new person at once ${name}`, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const { app, played: google } = await withProvider(first, 'google', change)
      const microsoft = await play(first, 'microsoft')
      share(google, microsoft)
      assert.equal((await app.manage(`${CONFIG}/microsoft`, { body: configOf('microsoft', change) })).status, 201)
      const playing = [google, microsoft]
      const backs = await race(async (i) => {
        const one = playing[i % 2] as Played
        return { one, back: one.consent((await begin(app, one.name)).url) }
      })
      const gone = await Promise.all(
        backs.map(async ({ one, back }, i) => returned(await comeBack(on(app, Math.floor(i / 2)), one.name, back))),
      )
      const subs = new Set(
        gone.flatMap(({ challenge_token }) => (challenge_token ? [claimsOf(challenge_token).sub] : [])),
      )
      assert.equal(subs.size, 1)
      const errors = gone.flatMap(({ error }) => error ?? [])
      assert.deepEqual(errors, users.merged ? [] : Array(CALLERS / 2).fill('email_already_in_use'))
      const rows = await rowsOf(first, app)
      assert.deepEqual([rows.users?.length, rows.identifiers?.length], [1, 1])
      assert.equal(rows.federated_identities?.length, users.merged ? 2 : 1)
    }
  })
}

test('whoever logs in by code and by provider at once, for the first time, is one user', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const { app, played } = await withProvider(first, 'google', MERGING)
    share(played)
    const token = await started(app, NEW, 'ana@example.com')
    const code = await sentCode(first, app, 'ana@example.com')
    const back = played.consent((await begin(app, 'google')).url)
    const [byCode, byProvider] = await Promise.all([
      checkWith(on(app, 0), NEW, token, code),
      comeBack(on(app, 1), 'google', back),
    ])
    assert.equal(byCode.status, 200, JSON.stringify(byCode.body))
    const { challenge_token = '' } = returned(byProvider)
    assert.equal(claimsOf(challenge_token).sub, claimsOf(byCode.body.challenge_token).sub)
    const rows = await rowsOf(first, app)
    assert.deepEqual([rows.users?.length, rows.identifiers?.length], [1, 1])
  }
})

test('of sixteen finalizations of a token that needs no verifier, one opens a session', async () => {
  const verifying = { options: { use_email_as_identifier: true, verify_email: true } }
  const uri = 'myapp://oauth-callback'
  const { app, played } = await withProvider(first, 'facebook', verifying, [uri])
  share(played)
  const begun = await begin(app, 'facebook', { redirect_uri: uri })
  const gone = returned(await comeBack(app, 'facebook', played.consent(begun.url)), uri)
  const sent = await app.call(NEW.start, { body: { challenge_token: gone.challenge_token } })
  const code = await sentCode(first, app, 'ana@example.com')
  const checked = await race((i) => checkWith(on(app, i), NEW, sent.headers.get('x-verification-token') ?? '', code))
  const tokens = checked.flatMap(({ body }) => body.challenge_token ?? [])
  assert.equal(tokens.length, 1)
  const keys = await race(() => dpopKey(first))
  const answers = await Promise.all(keys.map((key, i) => finalizeWith(on(app, i), key, tokens[0])))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  const { users = [], federated_identities = [] } = await rowsOf(first, app)
  assert.deepEqual([users.length, federated_identities.length], [1, 1])
})

test('whoever unlinks all accounts at once keeps one way in', async () => {
  const { app } = await withProvider(first, 'google')
  await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
  await app.manage(`${CONFIG}/github`, { body: configOf('github') })
  for (let round = 1; round <= ROUNDS; round++) {
    const userId = await user(first, app)
    for (const provider of ['google', 'github']) await linkAccount(first, app, userId, provider, `${round}`)
    const clients = await Promise.all([login(first, app, userId), login(first, app, userId)])
    for (const client of clients) await grant(first, app, client, 'prld:identities:write')
    const { identities } = (await (clients[0] as Client).bearer('/v1/session/me/identities')).body
    const statuses = await Promise.all(
      clients.map(async (client, i) => {
        const path = `/v1/session/me/identities/${identities[i].id}`
        return (await client.bearer(path, { method: 'DELETE' })).status
      }),
    )
    assert.deepEqual(statuses.toSorted(), [204, 409])
  }
})

test('of sixteen connections that claim one domain at once, one has it', async () => {
  const { app, played } = await withProvider(first, 'okta')
  share(played)
  for (let round = 1; round <= ROUNDS; round++) {
    const enterprise = { email_domain_allowlist: [`a${round}.com`, `b${round}.com`] }
    const reversed = { email_domain_allowlist: enterprise.email_domain_allowlist.toReversed() }
    const answers = await race((i) =>
      on(app, i).manage(`${CONFIG}/okta`, {
        body: configOf('okta', { type: 'enterprise', enterprise: i % 2 ? enterprise : reversed }),
      }),
    )
    assert.deepEqual(tally(answers), { 201: 1, '409 email_domain_conflict': CALLERS - 1 })
  }
})
