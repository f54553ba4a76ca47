import assert from 'node:assert/strict'
import type { Application } from '../../src/core/applications/application.ts'
import { type PasskeyConfig, passkeyConfigs } from '../../src/core/passkeys/config.ts'
import { beginPasskeyLogin, finishPasskeyLogin } from '../../src/core/passkeys/login.ts'
import {
  beginPasskeyRegistration,
  finishPasskeyRegistration,
  PASSKEY_SCOPE,
} from '../../src/core/passkeys/registration.ts'
import { findPasskeyOfUser } from '../../src/core/passkeys/store/passkeys.ts'
import type { PasskeyRow, PasskeyTables } from '../../src/core/passkeys/tables.ts'
import { openToken } from '../../src/core/passkeys/token.ts'
import { application, applicationRecord, type Client, grant, login, type TestApp, user } from '../builders.ts'
import type { World } from '../world.ts'
import {
  type AssertionLie,
  type AttestationLie,
  type AuthenticatorKind,
  authenticator,
  ORIGIN,
} from './authenticator.ts'

/** How an application asks for passkeys, but for what the test changes. */
export const passkeyConfig = (change: Partial<PasskeyConfig> = {}): PasskeyConfig => ({
  rp_id: 'app.example.com',
  rp_name: 'Example',
  allowed_origins: [ORIGIN],
  user_verification: 'required',
  attestation_preference: 'none',
  login_enabled: true,
  granted_scopes: [],
  aaguid_allowlist: [],
  attestation_roots: [],
  ...change,
})

/** An application whose users have passkeys, as the handlers of requests see it. */
export interface PasskeyApp {
  readonly w: World
  readonly app: TestApp
  readonly record: Application
  readonly config: PasskeyConfig
}

export async function withPasskeys(
  w: World,
  change: Partial<PasskeyConfig> = {},
  applicationChange: Parameters<typeof application>[1] = {},
): Promise<PasskeyApp> {
  const app = await application(w, applicationChange)
  const config = passkeyConfig(change)
  await w.deps.transact((tx) => passkeyConfigs.insert(tx, app.id, config, w.deps.now()))
  return { w, app, record: await applicationRecord(w, app), config }
}

/** A user of the application who is signed in. */
export async function signedIn({ w, app }: PasskeyApp, person: Parameters<typeof user>[2] = {}): Promise<Client> {
  return await login(w, app, await user(w, app, person))
}

type Attestation = ReturnType<ReturnType<typeof authenticator>['register']>
type Assertion = ReturnType<ReturnType<typeof authenticator>['assert']>

/** The caller of a request with the client's access token. */
const callerOf = ({ userId, sessionId }: Client) => ({ userId, sessionId, jti: '' })

/** A registration that has begun: finish it as often as the test likes, through this server or another. */
export async function begunRegistration(
  { w, record, config }: PasskeyApp,
  client: Client,
  nickname: string | null = null,
) {
  const { userId, sessionId } = client
  const person = { userId, sessionId, username: 'ana@example.com', displayName: 'Ana', nickname }
  const { publicKey, registrationToken } = await beginPasskeyRegistration(w.deps, record, config, person)
  const finishOn = async (on: World, attestation: Attestation, by = client) => {
    const opened = openToken(on.deps, record.id, 'registration', registrationToken)
    assert.ok(opened.kind === 'valid')
    const caller = callerOf(by)
    return await finishPasskeyRegistration(on.deps, record, config, opened.claims, { caller, attestation })
  }
  const finish = (attestation: Attestation, by = client) => finishOn(w, attestation, by)
  return { publicKey, finish, finishOn, registrationToken }
}

/** An authenticator with a passkey of the client's user. */
export async function withPasskey(
  it: PasskeyApp,
  client: Client,
  kind: AuthenticatorKind = {},
  lie: AttestationLie = {},
) {
  await grant(it.w, it.app, client, PASSKEY_SCOPE)
  const one = authenticator(kind)
  const { publicKey, finish } = await begunRegistration(it, client)
  const outcome = await finish(one.register(publicKey, lie))
  assert.ok(outcome.kind === 'registered' && outcome.isNew, JSON.stringify(outcome))
  return one
}

/** A login by passkey that has begun: finish it as often as the test likes, through this server or another. */
export async function begunLogin({ w, record, config }: PasskeyApp) {
  const { publicKey, loginToken } = await beginPasskeyLogin(w.deps, record, config)
  const finishOn = async (on: World, assertion: Assertion) => {
    const opened = openToken(on.deps, record.id, 'login', loginToken)
    assert.ok(opened.kind === 'valid')
    return await finishPasskeyLogin(on.deps, record, config, opened.claims, assertion)
  }
  return { publicKey, finish: (assertion: Assertion) => finishOn(w, assertion), finishOn, loginToken }
}

/** What comes of a login by an authenticator's passkey. */
export async function passkeyLogin(it: PasskeyApp, one: ReturnType<typeof authenticator>, lie: AssertionLie = {}) {
  const { publicKey, finish } = await begunLogin(it)
  return await finish(one.assert(publicKey, lie))
}

/** A passkey as it is stored. */
export async function passkeyRow({ w, app }: PasskeyApp, client: Client, id: string): Promise<PasskeyRow> {
  const row = await findPasskeyOfUser(w.deps.db, app.id, client.userId, id)
  assert.ok(row)
  return row
}

/** Change a stored passkey behind the server's back. */
export async function rewritePasskey(
  { w, app }: Pick<PasskeyApp, 'w' | 'app'>,
  id: string,
  change: Partial<PasskeyRow>,
): Promise<void> {
  await w.deps.transact(async (tx) => {
    const update = tx.withTables<PasskeyTables>().updateTable('passkeys').set(change)
    await update.where('app_id', '=', app.id).where('credential_id', '=', id).execute()
  })
}
