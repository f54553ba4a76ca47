import type { Antiphon } from './antiphon.ts'
import { BANK_JWKS_PATH, BANK_STEP, SIGN_SCOPE, TRANSFER_SCOPE } from './bank.ts'
import { connectAcme } from './connect-acme.ts'
import { CLIENT_ID, LARKSPUR_ID, openLarkspurId } from './larkspur-id.ts'
import { type Management, openManagement } from './management.ts'
import { PASSWORDS } from './passwords.ts'
import { HOOK_PATH } from './serve-larkspur.ts'

/**
 * Configure the application for the demo, over the management API, as its owner would: Larkspur's migration hook, passwords, passkeys, what it
 * takes to step up, Larkspur ID, which is opened for it, and the login of Acme's own. What somebody configured stays; codes need no configuration in mode dev. Throws when the API
 * refuses.
 */
export async function connectDemo(antiphon: Antiphon): Promise<void> {
  const management = openManagement(antiphon)
  await connectLarkspur(management, antiphon.origin())
  await connectPasswords(management)
  await connectPasskeys(management, antiphon.origin())
  await connectBank(management, antiphon.origin())
  await connectLarkspurId(management, antiphon.origin())
  await connectAcme(management, antiphon)
}

/** A hook that is Larkspur's follows it to another port. */
async function connectLarkspur(management: Management, origin: string) {
  const path = 'config/migration'
  const config = { session_validation_url: `${origin}${HOOK_PATH}` }
  const present = await management.read(path)
  if (!present) await management.create(path, config)
  else if (String(present.session_validation_url).endsWith(HOOK_PATH)) await management.replace(path, config)
}

async function connectPasswords(management: Management) {
  const path = 'config/login/password'
  if (!(await management.read(path))) await management.create(path, PASSWORDS)
}

const PASSKEYS = { rp_id: 'localhost', rp_name: 'Antiphon demo' }

/** The demo's follow it to another port. Passkeys for this very machine are there in mode dev alone. */
async function connectPasskeys(management: Management, origin: string) {
  const { mode } = await management.readApplication()
  if (mode !== 'dev') return
  const path = 'config/passkey'
  const config = { ...PASSKEYS, allowed_origins: [origin], login_enabled: true }
  const present = await management.read(path)
  if (!present) return await management.replace(path, config)
  const isDemos = present.rp_id === PASSKEYS.rp_id && present.rp_name === PASSKEYS.rp_name
  if (isDemos && String(present.allowed_origins) !== origin)
    await management.replace(path, { ...present, allowed_origins: [origin] })
}

/** Keys that are the bank's follow it to another port; all else that is configured stays. */
async function connectBank(management: Management, origin: string) {
  const path = 'config/stepup'
  const jwks_url = `${origin}${BANK_JWKS_PATH}`
  const present = await management.read(path)
  if (!present) return await management.create(path, { jwks_url, ...stepUpConfig })
  const { created_at: _, updated_at: __, ...config } = present
  const isBanks = String(config.jwks_url).endsWith(BANK_JWKS_PATH)
  if (isBanks && config.jwks_url !== jwks_url) await management.replace(path, { ...config, jwks_url })
}

/** Its secret is new at each start. Addresses that it does not vouch for take a code, and the mailbox to read it in is there in mode dev alone. */
async function connectLarkspurId(management: Management, origin: string) {
  const { mode, redirect_uris } = await management.readApplication()
  if (mode !== 'dev') return
  const origins = [origin, origin.replace('//localhost', '//127.0.0.1')] as const
  const others = redirect_uris.filter((uri) => !uri.endsWith('/demo/'))
  await management.changeApplication({ redirect_uris: [...others, ...origins.map((one) => `${one}/demo/`)] })
  const { issuer, clientSecret } = await openLarkspurId(origins)
  const path = `config/login/oauth/${LARKSPUR_ID}`
  const client = { client_id: CLIENT_ID, client_secret: clientSecret, oidc: { issuer_url: issuer } }
  const present = await management.read(path)
  if (!present) await management.create(path, { ...client, options: EMAIL_OPTIONS })
  else if (present.client_id === CLIENT_ID) await management.replace(path, { ...present, ...client })
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
