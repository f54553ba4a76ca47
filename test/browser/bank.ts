import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { unixSeconds } from '../../src/platform/clock.ts'
import { type TestApp, user } from '../builders.ts'
import type { EngineName, World } from '../world.ts'
import type { ChallengeInfo } from './page.ts'
import { configure, openCodeStage, signIn, stagedApp, storedSession } from './stage.ts'
import { newContext, type Tab } from './tab.ts'

export const EMAIL = 'ana@example.org'

const JWKS_URL = 'https://bank.example/jwks.json'
/** Is asked on which terms a user may sign for a loan. */
export const HOOK_URL = 'https://bank.example/step-up'

const KID = 'bank-1'
const keys = generateKeyPair('RS256')

const jwks = async () => ({
  keys: [{ ...(await exportJWK((await keys).publicKey)), kid: KID, use: 'sig', alg: 'RS256' }],
})

const BY_CODE = { order: 1, key: 'verify_email', expiration_duration: 300 }
const BY_BANK = { order: 1, key: 'approve', expiration_duration: 120 }

const direct = (scope: string, terms: object) => ({
  scope,
  mode: 'direct',
  direct: { identifier_types: ['email_address'], granted_for: 300, ...terms },
})

/** What a bank allows its users: each kind of step-up once. */
const STEP_UPS = {
  jwks_url: JWKS_URL,
  step_keys: [{ key: 'approve', description: 'Approved in the bank’s own app' }],
  allowed_scopes: [
    direct('account:write', { status: 'review', grant_mode: 'session-bound', steps: [BY_CODE] }),
    direct('transfer:write', {
      status: 'review',
      grant_mode: 'single-use',
      steps: [BY_BANK, { ...BY_CODE, order: 2 }],
    }),
    direct('account:read', { status: 'continue', grant_mode: 'session-bound', steps: [BY_CODE] }),
    direct('account:close', { status: 'block', grant_mode: 'single-use' }),
    direct('card:write', { identifier_types: ['phone_number'], status: 'continue', grant_mode: 'single-use' }),
    { scope: 'loan:sign', mode: 'delegated', delegated: { delegation_hook: HOOK_URL } },
    { scope: 'prld:phone:register', mode: 'managed' },
  ],
}

const TERMS = { status: 'review', grant_mode: 'profile-bound', granted_for: 600, steps: [BY_CODE] }

/** Makes an application a bank's, with the bank's backend on the network. */
export async function openBank(w: World, app: TestApp): Promise<void> {
  await configure(app, '/config/stepup', STEP_UPS)
  w.fakeNetwork(async ({ url }) => {
    const answer = url === JWKS_URL ? await jwks() : url === HOOK_URL && TERMS
    if (!answer) return { kind: 'failed', reason: 'network' }
    return { kind: 'answered', status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
  })
}

/** What the bank's backend signs once the user has done the current step of a challenge; the test changes a claim, or the key. */
export async function approval(
  w: World,
  { userId, challengeId, currentStep }: ChallengeInfo,
  claims: Record<string, unknown> = {},
  key?: CryptoKey,
): Promise<string> {
  const now = unixSeconds(w.deps.now())
  const said = { sub: userId, challenge_id: challengeId, key: currentStep, status: 'completed' }
  return await new SignJWT({ ...said, jti: crypto.randomUUID(), iat: now, nbf: now, exp: now + 120, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: KID })
    .sign(key ?? (await keys).privateKey)
}

/** A user of a bank who is signed in. */
export async function signedIn(t: TestContext, engine: EngineName) {
  const w = await openCodeStage(engine)
  const app = await stagedApp(w)
  await openBank(w, app)
  const userId = await user(w, app, { email: EMAIL })
  const tab = await signIn(w, app, await newContext(t), userId)
  return { w, app, userId, tab, session: await storedSession(w, app, tab) }
}

/** What the SDK told of a challenge in the one call since the last look. */
export async function toldOnce(tab: Tab): Promise<ChallengeInfo> {
  const [info, ...rest] = await tab.told()
  assert.ok(info)
  assert.equal(rest.length, 0)
  return info
}

/** The scope that the tab's access token carries. */
export const scopeOf = async (tab: Tab): Promise<unknown> => (await tab.sdk('getProfile'))?.scope
