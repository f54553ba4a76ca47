import assert from 'node:assert/strict'
import { adoptLegacyUser } from '../../src/core/legacy-users/adoption.ts'
import { readLegacyUser } from '../../src/core/legacy-users/legacy-user.ts'
import { hashQueue } from '../../src/core/passwords/hashing.ts'
import type { PasswordRow, PasswordTables } from '../../src/core/passwords/tables.ts'
import { type Answer, application, applicationRecord, type TestApp, user } from '../builders.ts'
import type { World } from '../world.ts'

export const LOGIN = '/v1/session/login/email/password'
export const SIGN_UP = '/v1/session/login/email/sign-up'
export const RESET = '/v1/session/me/password/reset'
export const COMPLIANCY = '/v1/session/password/compliancy'
/** Where the management API keeps the configuration. */
export const PASSWORD_CONFIG = '/config/login/password'

export const PASSWORD = 'correct horse battery'
export const WRONG = 'incorrect horse battery'

const MANY = { ttl: 600_000_000_000, limit: 10_000 }

/** A configuration as documented, with limits that no test meets, and as cheap as one may be. */
export const passwordConfig = (change: object = {}) => ({
  hash_method: 'argon2id',
  enabled: true,
  rate_limit_login_ip: MANY,
  rate_limit_login_identifier: MANY,
  password_compliancy: { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
  argon2: { memory_kib: 7168, iterations: 5 },
  ...change,
})

/** An application whose users log in by password. */
export async function passwordApp(w: World, change: object = {}): Promise<TestApp> {
  const app = await application(w)
  const answer = await app.manage(PASSWORD_CONFIG, { body: passwordConfig(change) })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return app
}

/** Give a user a password, or a hash. */
export async function givePassword(app: TestApp, userId: string, given: object = { password: PASSWORD }) {
  const answer = await app.manage(`/users/${userId}/password`, { method: 'PUT', body: given })
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
}

/** A user with an address and a password. */
export async function userWithPassword(w: World, app: TestApp, email: string, given?: object): Promise<string> {
  const id = await user(w, app, { email })
  await givePassword(app, id, given)
  return id
}

const from = (ip: string | undefined) => (ip ? { headers: { 'x-forwarded-for': ip } } : {})

export const logIn = (app: TestApp, identifier: string, password: string, ip?: string): Promise<Answer> =>
  app.call(LOGIN, { body: { identifier, password }, ...from(ip) })

export const signUp = (app: TestApp, identifier: string, password: string, ip?: string): Promise<Answer> =>
  app.call(SIGN_UP, { body: { identifier, password }, ...from(ip) })

/** A user's password as it is stored. */
export async function storedPassword(w: World, app: TestApp, userId: string): Promise<PasswordRow | undefined> {
  return await w.deps.db
    .withTables<PasswordTables>()
    .selectFrom('password_credentials')
    .selectAll()
    .where('app_id', '=', app.id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** Let nobody hash until the answer is called. */
export function fillHashQueue(w: World): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const all: Promise<unknown>[] = []
  // More than there are slots and room for, on any machine, each of another, so that everybody waits for everybody.
  for (let i = 0; i < 1000; i++) all.push(hashQueue(w.deps).run([String(i), 'known', '', ''], () => promise))
  return async () => {
    resolve()
    await Promise.all(all)
  }
}

export function assertOverloaded(answer: Answer): void {
  assert.equal(answer.status, 503, JSON.stringify(answer.body))
  assert.equal(answer.body.code, 'overloaded')
  assert.equal(answer.headers.get('retry-after'), '2')
}

/** A user as an import leaves them: known by the legacy system's id, with an address that it never proved unless told otherwise. */
export async function importedUser(
  w: World,
  app: TestApp,
  { email = 'ada@example.com', verified = false, ...rest }: { external_id: string; [member: string]: unknown },
): Promise<string> {
  const read = await readLegacyUser({
    user: { identifiers: [{ type: 'email_address', value: email, verified }], ...rest },
  })
  assert.equal(read.kind, 'user')
  const adopted = await adoptLegacyUser(
    w.deps,
    await applicationRecord(w, app),
    read.user,
    async (_, { userId }) => userId,
  )
  assert.equal(adopted.kind, 'adopted')
  return adopted.value
}
