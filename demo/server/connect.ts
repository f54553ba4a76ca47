import type { Antiphon } from './antiphon.ts'
import { BANK_JWKS_PATH, BANK_STEP, SIGN_SCOPE, TRANSFER_SCOPE } from './bank.ts'
import { connectAcme } from './connect-acme.ts'
import { CLIENT_ID, LARKSPUR_ID, type LarkspurId, openLarkspurId } from './larkspur-id.ts'
import { type Management, openManagement } from './management.ts'
import { PASSWORDS } from './passwords.ts'
import { HOOK_PATH } from './serve-larkspur.ts'

/**
 * Configure the application for the demo, over the management API, as its owner would: Larkspur's migration hook, passwords, passkeys, what it
 * takes to step up, Larkspur ID, which is opened for it, and the login of Acme's own. What somebody configured stays, unless `anew`; codes need no
 * configuration in mode dev. Throws when the API refuses.
 */
export async function connectDemo(antiphon: Antiphon, { anew = false } = {}): Promise<void> {
  const management = openManagement(antiphon)
  await connectLarkspur(management, antiphon.origin(), anew)
  await connectPasswords(management, anew)
  await connectPasskeys(management, antiphon.origin(), anew)
  await connectBank(management, antiphon.origin(), anew)
  await connectLarkspurId(management, antiphon, anew)
  await connectAcme(management, antiphon, anew)
}

/** A hook that is Larkspur's follows it to another port. */
async function connectLarkspur(management: Management, origin: string, anew: boolean) {
  const path = 'config/migration'
  const present = await management.read(path)
  const isOthers = present && !String(present.session_validation_url).endsWith(HOOK_PATH)
  if (anew || !isOthers) await management.write(path, { session_validation_url: `${origin}${HOOK_PATH}` })
}

async function connectPasswords(management: Management, anew: boolean) {
  const path = 'config/login/password'
  if (anew || !(await management.read(path))) await management.write(path, PASSWORDS)
}

const PASSKEYS = { rp_id: 'localhost', rp_name: 'Antiphon demo' }

/** The demo's follow it to another port. Passkeys for this very machine are there in mode dev alone. */
async function connectPasskeys(management: Management, origin: string, anew: boolean) {
  const { mode } = await management.readApplication()
  if (mode !== 'dev') return
  const path = 'config/passkey'
  const config = { ...PASSKEYS, allowed_origins: [origin], login_enabled: true }
  const present = await management.read(path)
  if (anew || !present) return await management.replace(path, config)
  const isDemos = present.rp_id === PASSKEYS.rp_id && present.rp_name === PASSKEYS.rp_name
  if (isDemos && String(present.allowed_origins) !== origin)
    await management.replace(path, { ...present, allowed_origins: [origin] })
}

/** Keys that are the bank's follow it to another port; all else that is configured stays. */
async function connectBank(management: Management, origin: string, anew: boolean) {
  const path = 'config/stepup'
  const jwks_url = `${origin}${BANK_JWKS_PATH}`
  const present = await management.read(path)
  if (anew || !present) return await management.write(path, { jwks_url, ...stepUpConfig })
  const { created_at: _, updated_at: __, ...config } = present
  const isBanks = String(config.jwks_url).endsWith(BANK_JWKS_PATH)
  if (isBanks && config.jwks_url !== jwks_url) await management.replace(path, { ...config, jwks_url })
}

/** Its secret is new at each start. Addresses that it does not vouch for take a code, and the mailbox to read it in is there in mode dev alone. */
async function connectLarkspurId(management: Management, antiphon: Antiphon, anew: boolean) {
  const { mode, redirect_uris } = await management.readApplication()
  if (mode !== 'dev') return
  const origin = antiphon.origin()
  const origins = [origin, origin.replace('//localhost', '//127.0.0.1')] as const
  const others = redirect_uris.filter((uri) => !uri.endsWith('/demo/'))
  await management.changeApplication({ redirect_uris: [...others, ...origins.map((one) => `${one}/demo/`)] })
  const { issuer, clientSecret } = await larkspurIdOf(antiphon, origins)
  const path = `config/login/oauth/${LARKSPUR_ID}`
  const client = { client_id: CLIENT_ID, client_secret: clientSecret, oidc: { issuer_url: issuer } }
  const present = await management.read(path)
  if (anew || !present) await management.write(path, { ...client, options: EMAIL_OPTIONS })
  else if (present.client_id === CLIENT_ID) await management.replace(path, { ...present, ...client })
}

const opened = new WeakMap<Antiphon, Promise<LarkspurId>>()

/** Opened once for each server. */
function larkspurIdOf(antiphon: Antiphon, origins: readonly [string, ...string[]]): Promise<LarkspurId> {
  const present = opened.get(antiphon) ?? openLarkspurId(origins)
  opened.set(antiphon, present)
  return present
}

const EMAIL_OPTIONS = { use_email_as_identifier: true, allow_email_account_merge: true, verify_email: true }

/** A scope of the account itself, after a code to what the user has proven. */
const afterCode = (scope: string, identifierType: string, step: string) => ({
  scope,
  mode: 'direct',
  direct: {
    identifier_types: [identifierType],
    status: 'review',
    grant_mode: 'session-bound',
    granted_for: 300,
    steps: [{ order: 1, key: step, expiration_duration: 600 }],
  },
})

const forOnePayment = (scope: string, step: string) => ({
  scope,
  mode: 'direct',
  direct: {
    identifier_types: ['email_address', 'phone_number'],
    status: 'review',
    grant_mode: 'single-use',
    granted_for: 0,
    steps: [{ order: 1, key: step, expiration_duration: 300 }],
  },
})

const stepUpConfig = {
  step_keys: [{ key: BANK_STEP, description: 'Approve the payment in the app of the bank' }],
  allowed_scopes: [
    ...['prld:pwd:write', 'prld:passkey:write'].flatMap((scope) => [
      afterCode(scope, 'email_address', 'verify_email'),
      afterCode(scope, 'phone_number', 'verify_sms'),
    ]),
    { scope: 'prld:email:register', mode: 'managed' },
    { scope: 'prld:phone:register', mode: 'managed' },
    forOnePayment(TRANSFER_SCOPE, BANK_STEP),
    forOnePayment(SIGN_SCOPE, 'verify_passkey'),
  ],
}
