import assert from 'node:assert/strict'
import { listMail } from '../../src/core/messages/store.ts'
import { application, type TestApp } from '../builders.ts'
import type { IssuerKey } from '../house/legacy.ts'
import { PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import { stages } from '../house/stages.ts'
import type { World } from '../world.ts'
import { android } from './android.ts'
import { apple } from './apple.ts'
import { SdkError } from './cases.ts'
import type { Platform } from './platform.ts'
import { type Challenge, type Identifier, type Sdk, type SdkOptions, sdk } from './sdk.ts'

export interface Scene {
  /** Engine and platform. */
  readonly on: string
  readonly w: World
  readonly platform: Platform
}

/** Every engine with every platform; one world per engine for a whole file. */
export async function scenes(): Promise<Scene[]> {
  const built = await stages()
  return built.flatMap(({ engine, w }) =>
    [android, apple].map((platform) => ({ on: `${engine}, ${platform.name}`, w, platform })),
  )
}

export const ADA = 'ada@example.com'
export const PHONE = '+33612345678'
export const JWKS_URL = 'https://shop.example.com/jwks.json'

export const byMail: Identifier = { type: 'email_address', value: ADA }
export const byPhone: Identifier = { type: 'phone_number', value: PHONE }

const BY_CODE = ['email_address', 'phone_number'] as const
const stepOf = { email_address: 'verify_email', phone_number: 'verify_sms' }

const direct = (scope: string, identifier_types: readonly string[], terms: object) => ({
  scope,
  mode: 'direct',
  direct: { identifier_types, status: 'review', grant_mode: 'session-bound', granted_for: 300, ...terms },
})
const step = (key: string, order = 1) => ({ order, key, expiration_duration: 300 })

/** What a shop lets its users do after a step-up. */
export const STEP_UP_CONFIG = {
  jwks_url: JWKS_URL,
  step_keys: [
    { key: 'confirm_transfer', description: 'Confirmed in the app' },
    { key: 'sign_transfer', description: 'Signed on paper' },
  ],
  allowed_scopes: [
    ...BY_CODE.map((type) => direct('prld:pwd:write', [type], { steps: [step(stepOf[type])] })),
    ...BY_CODE.map((type) => direct('prld:passkey:write', [type], { steps: [step(stepOf[type])] })),
    direct('order:pay', BY_CODE, { grant_mode: 'single-use', granted_for: 0, steps: [step('verify_email')] }),
    direct('transfer:write', BY_CODE, { steps: [step('verify_email'), step('confirm_transfer', 2)] }),
    direct('transfer:plan', BY_CODE, { steps: [step('confirm_transfer')] }),
    direct('transfer:large', BY_CODE, { steps: [step('confirm_transfer'), step('sign_transfer', 2)] }),
    direct('transfer:approve', BY_CODE, { steps: [step('verify_passkey')] }),
    direct('transfer:huge', BY_CODE, { steps: [step('verify_email'), step('verify_passkey', 2)] }),
    direct('profile:write', BY_CODE, { status: 'continue', steps: [] }),
    direct('account:close', BY_CODE, { status: 'block', steps: [] }),
    direct('phone:trust', ['phone_number'], { steps: [step('verify_sms')] }),
    { scope: 'prld:phone:register', mode: 'managed' },
    { scope: 'prld:email:register', mode: 'managed' },
  ],
}

async function configure(app: TestApp, path: string, body: object): Promise<Record<string, { id: string }>> {
  const answer = await app.manage(path, { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body
}

/** Add a way to log in by code; answers its id. */
export async function otpConfig(app: TestApp, config: object): Promise<string> {
  const body = { config_type: 'otp', channel_type: 'email', is_default: false, granted_scopes: [], ...config }
  return (await configure(app, '/config/login/otp', body)).login_config?.id ?? ''
}

/** An application that is configured for all that a mobile app does, but for what the test leaves out. */
export async function shop(w: World, leaveOut: readonly ('otp' | 'password' | 'step-up')[] = []): Promise<TestApp> {
  const app = await application(w)
  if (!leaveOut.includes('otp')) {
    await otpConfig(app, { channel_type: 'email', is_default: true })
    await otpConfig(app, { channel_type: 'sms', is_default: true })
  }
  if (!leaveOut.includes('password')) await configure(app, PASSWORD_CONFIG, passwordConfig())
  if (!leaveOut.includes('step-up')) await configure(app, '/config/stepup', STEP_UP_CONFIG)
  return app
}

export const RP_ID = 'shop.example.com'

/** Let users of an app log in by passkeys that its Apple and Android versions make. */
export async function takePasskeys(app: TestApp, change: object = {}): Promise<void> {
  const allowed_origins = [android, apple].map((platform) => platform.passkeyOrigin(RP_ID))
  const body = { rp_id: RP_ID, rp_name: 'The shop', allowed_origins, login_enabled: true, ...change }
  const answer = await app.manage('/config/passkey', { method: 'PUT', body })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

/** The app on a phone. */
export const install = ({ w, platform }: Scene, app: TestApp, options: Partial<SdkOptions> = {}): Sdk =>
  sdk(w, platform, { baseUrl: app.origin, ...options })

/** The code in the newest message to somebody. The next message is newer by a second. */
export async function codeFor(w: World, app: TestApp, recipient = ADA): Promise<string> {
  await w.drain()
  w.advance(1000)
  const mail = (await listMail(w.deps.db, app.id, 100)).filter((one) => one.recipient === recipient)
  const [code] = mail.flatMap(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? [])
  assert.ok(code, `no code for ${recipient}`)
  return code
}

/** Another code than this. */
export const otherThan = (code: string): string => (code === '000000' ? '111111' : '000000')

/** Log in by code. */
export async function signIn(w: World, app: TestApp, phone: Sdk, identifier = byMail): Promise<void> {
  await phone.startOTPLogin(identifier)
  await phone.checkOTP(await codeFor(w, app, identifier.value))
  phone.told()
}

/** What the shop's backend says of a step. */
export function approval(w: World, key: IssuerKey, phone: Sdk, { id, step }: Challenge, change: object = {}) {
  const now = Math.floor(w.deps.now() / 1000)
  return key.sign({
    sub: phone.profile().sub,
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: crypto.randomUUID(),
    challenge_id: id,
    key: step,
    status: 'completed',
    ...change,
  })
}

/** Asserts that a call fails, as which case, and by which code. */
export async function assertFails(call: Promise<unknown>, name: string, code: string): Promise<SdkError> {
  const error = await call.then(
    () => assert.fail(`succeeded where ${name} was expected`),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SdkError)) throw error
  assert.deepEqual([error.case, error.code], [name, code], error.message)
  return error
}

export const sessionsOf = async (app: TestApp, userId: string): Promise<string[]> =>
  (await app.manage(`/users/${userId}/sessions`)).body.sessions.map(({ id }: { id: string }) => id)
