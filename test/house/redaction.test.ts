import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openLog } from '../../src/platform/log.ts'
import {
  application,
  type Client,
  FINALIZE,
  login,
  pkce,
  REFRESH,
  REVOKE,
  send,
  type TestApp,
  user,
} from '../builders.ts'
import { ENGINES, type EngineName, type World, world } from '../world.ts'
import { answered, configure, hookKnows, MIGRATION, migrate, personOf } from './legacy.ts'
import { assertSilent } from './silence.ts'

const EMAIL = 'ada.lovelace@example.com'
const OTHER_EMAIL = 'grace.hopper@example.com'
const PHONE = '+33612345678'
const LEGACY_TOKEN = 'legacy-session-of-ada-0123456789'

/** A world that logs every request, too. */
const talkative = (engine: EngineName) => world(engine, { config: { logRequests: true } })

const secretsOf = (client: Client) => ({ access: client.accessToken, refresh: client.refreshToken })

/** Run statements behind the server's back. */
async function sabotage(w: World, ...statements: readonly string[]) {
  await w.deps.transact(async (tx) => {
    for (const statement of statements) await sql.raw(statement).execute(tx)
  })
}

/** Make every insert into a table fail with an error that repeats one of the values. */
async function refuseInserts(w: World, engine: EngineName, table: string, column: string) {
  if (engine === 'sqlite') {
    const complaint = `select raise(abort, 'cannot take ' || new.${column})`
    return await sabotage(w, `create trigger refuse_${table} before insert on ${table} begin ${complaint}; end`)
  }
  await sabotage(
    w,
    `create function refuse_${table}() returns trigger language plpgsql as
      $$ begin raise exception 'cannot take %', new.${column} using detail = new.${column}, hint = new.${column}; end $$`,
    `create trigger refuse_${table} before insert on ${table} for each row execute function refuse_${table}()`,
  )
}

const unexpected = (w: World) => w.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'unexpected error')

const createUser = (app: TestApp, identifiers: object[]) => app.manage('/users', { body: { identifiers } })

for (const engine of ENGINES) {
  test(`${engine}: from a legacy session to the logout, no secret reaches the log`, async () => {
    const w = await talkative(engine)
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', EMAIL, { password_hash: undefined }))
    const migrated = await migrate(app, LEGACY_TOKEN)
    const { verifier, body } = migrated
    const { challenge_token } = body
    const wrong = pkce().verifier
    const finalize = { body: { challenge_token, code_verifier: verifier } }
    assert.equal((await app.call(FINALIZE, finalize)).status, 200)
    assert.equal((await app.call(FINALIZE, { body: { challenge_token, code_verifier: wrong } })).status, 409)

    const client = await login(w, app, await user(w, app, { email: OTHER_EMAIL, phone: PHONE }))
    const first = secretsOf(client)
    assert.equal((await client.post(REFRESH)).status, 200)
    const second = secretsOf(client)
    const proof = (await client.key?.proof(`${app.origin}${REFRESH}`)) ?? ''
    assert.equal((await client.post(REFRESH, { headers: { dpop: `${proof}x` } })).status, 401)
    await createUser(app, [{ type: 'phone_number', value: PHONE }])
    const badKey = { headers: { authorization: `Bearer ${app.managementKey}x` } }
    assert.equal((await app.manage('/users', badKey)).status, 401)
    assert.equal((await client.post(REVOKE)).status, 204)
    assert.equal((await client.post(REFRESH)).status, 401)

    assertSilent(w.log, {
      LEGACY_TOKEN,
      verifier,
      wrong,
      challenge_token,
      EMAIL,
      OTHER_EMAIL,
      PHONE,
      proof,
      managementKey: app.managementKey,
      firstAccess: first.access,
      firstRefresh: first.refresh,
      access: second.access,
      refresh: second.refresh,
      masterKey: Buffer.from(w.deps.config.masterKey).toString('base64'),
    })
  })

  test(`${engine}: what a hook says, sensible or not, is not logged`, async () => {
    const w = await talkative(engine)
    const app = await application(w)
    await configure(app)
    for (const [said, status] of [
      [`<p>${EMAIL}</p>`, 500],
      [{ user: { email: EMAIL, external_id: LEGACY_TOKEN } }, 400],
      [`{"user":"${EMAIL}`, 500],
    ] as const) {
      w.fakeNetwork(async () => answered(said))
      assert.equal((await migrate(app, LEGACY_TOKEN)).status, status)
    }
    w.fakeNetwork(async () => answered(EMAIL, 500))
    assert.equal((await migrate(app, LEGACY_TOKEN)).status, 500)
    assertSilent(w.log, { EMAIL, LEGACY_TOKEN })
  })

  test(`${engine}: a body that cannot be read is not logged`, async () => {
    const w = await talkative(engine)
    const app = await application(w)
    for (const body of [`{"token":"${LEGACY_TOKEN}"`, `${EMAIL}`, `{"__proto__":"${LEGACY_TOKEN}"}`]) {
      assert.equal((await app.call(MIGRATION, { body })).status, 400)
      assert.equal((await app.call(FINALIZE, { body })).status, 400)
    }
    await app.call(`/v1/session/me/revoke?target=${LEGACY_TOKEN}`, { method: 'POST' })
    await send(w, `/v1/${encodeURIComponent(EMAIL)}`)
    assertSilent(w.log, { EMAIL, LEGACY_TOKEN })
  })

  test(`${engine}: a statement that fails over a value says which, and the log does not`, async () => {
    const w = await talkative(engine)
    const app = await application(w)
    await refuseInserts(w, engine, 'identifiers', 'value')
    for (const identifier of [
      { type: 'email_address', value: EMAIL },
      { type: 'phone_number', value: PHONE },
    ]) {
      assert.equal((await createUser(app, [identifier])).status, 500)
    }
    const lines = unexpected(w)
    assert.equal(lines.length, 2)
    for (const { err } of lines) {
      assert.equal(err.message, 'cannot take [redacted]')
      assert.match(err.stack, /^ +at /)
    }
    assertSilent(w.log, { EMAIL, PHONE })
  })

  test(`${engine}: a broken constraint is named, the row that broke it is not told`, async () => {
    const w = await talkative(engine)
    const app = await application(w)
    await sabotage(w, 'create unique index one_session on sessions (app_id)')
    const userId = await user(w, app, { email: EMAIL })
    const first = await login(w, app, userId)
    await assert.rejects(login(w, app, userId), /login answered 500/)
    const [line] = unexpected(w)
    assert.match(line.err.message, /one_session|sessions\.app_id/)
    assert.match(line.err.error_code, /^(23505|ERR_SQLITE_ERROR)$/)
    assert.ok(!w.log.join('').includes('already exists'))
    assertSilent(w.log, { ...secretsOf(first), EMAIL, userId, thumbprint: first.key?.thumbprint ?? '' })
  })
}

if (ENGINES.includes('postgres')) {
  test('postgres: a value of the wrong type, which the error quotes, is not logged', async () => {
    const w = await world('postgres')
    const app = await application(w)
    await sabotage(
      w,
      'drop index identifiers_owner, identifiers_value',
      'alter table identifiers alter column value type bigint using 0',
    )
    const { body } = await createUser(app, [{ type: 'email_address', value: EMAIL }])
    assert.equal(body.code, 'internal')
    const [line] = unexpected(w)
    assert.equal(line.err.error_code, '22P02')
    assert.equal(line.err.message, 'invalid input syntax for type bigint: "[redacted]"')
    assertSilent(w.log, { EMAIL })
  })
}

/** What a line tells of an error, as text. */
function logged(error: unknown): string {
  const lines: string[] = []
  openLog('debug', { write: (line: string) => lines.push(line) }).error({ err: error }, 'unexpected error')
  return lines.join('')
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (thrown) {
    return thrown
  }
}

const TOKEN = `rt_${Buffer.alloc(41, 7).toString('base64url')}`
const JWT = ['{"alg":"EdDSA","typ":"at+jwt"}', '{"sub":"usr_1","sid":"ses_1"}', 'x'.repeat(64)]
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.')

const ERRORS: readonly [name: string, error: unknown, secret: string][] = [
  ['JSON that is none', thrownBy(() => JSON.parse('hunter2-hunter2')), 'hunter2-hunter2'],
  ['JSON that is torn', thrownBy(() => JSON.parse(`{"a":"hunter2-hunter2"x}`)), 'hunter2-hunter2'],
  ['a mail server', new Error(`550 5.1.1 <${EMAIL}>: Recipient address rejected`), EMAIL],
  ['a mail server without brackets', new Error(`recipient=${EMAIL} rejected`), EMAIL],
  ['a text message gateway', new Error(`cannot send to ${PHONE}.`), PHONE],
  ['whoever repeats a refresh token', new Error(`bad token ${TOKEN}`), TOKEN],
  ['whoever repeats a JWT', new Error(`bad token: "${JWT}"`), JWT],
  ['a cause', new Error('failed', { cause: new Error(`bad token ${TOKEN}`) }), TOKEN],
  ['the cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error(EMAIL) }) }), EMAIL],
  ['a cause that is a text', new Error('failed', { cause: `for ${EMAIL}` }), EMAIL],
  ['a thrown text', `no mailbox ${EMAIL}`, EMAIL],
  ['a member', Object.assign(new Error('failed'), { sql: 'select $1', parameters: [EMAIL], input: EMAIL }), EMAIL],
  ['its own stack', new Error(`a\nb ${TOKEN}\nc`), TOKEN],
]

for (const [name, error, secret] of ERRORS) {
  test(`an error of ${name} is logged without what it repeats`, () => {
    const line = logged(error)
    assert.ok(line.includes('unexpected error'))
    assertSilent([line], { secret })
  })
}

test('what an error says otherwise is logged: type, code, words, and where it was thrown', () => {
  const error = Object.assign(new TypeError('column "value" of usr_01jqebhswje1ka1z7ahr9rfsgt is 3 < 4'), {
    code: '42703',
  })
  const { err } = JSON.parse(logged(error))
  assert.equal(err.type, 'TypeError')
  assert.equal(err.error_code, '42703')
  assert.equal(err.message, error.message)
  assert.match(err.stack, /^ +at .*redaction\.test\.ts:\d+:\d+/)
})
