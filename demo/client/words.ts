import type { Exchange } from './wire.ts'

/** What went wrong, for a person. */
export interface Problem {
  readonly words: string
  readonly code: string
  /** What was attempted. */
  readonly during: string
}

/** `POST /v1/session/refresh 401 unauthorized` */
export const lineOf = ({ method, path, status, code }: Exchange): string =>
  `${method} ${path} ${status}${code ? ` ${code}` : ''}`

const TRIES = 5
const STARTS_CODE = /^POST \/v1\/session\/(login\/)?otp 2/

/** How many times more a code may be mistyped. `exchanges` newest first. */
export function triesLeft(exchanges: readonly Exchange[]): number {
  const own = exchanges.filter(({ from }) => from === 'this tab').map(lineOf)
  const start = own.findIndex((line) => STARTS_CODE.test(line))
  const wrong = own.slice(0, start === -1 ? own.length : start).filter((line) => line.endsWith(' bad_check_code'))
  return Math.max(0, TRIES - wrong.length)
}

function wrongCode(left: number): string {
  if (left === 0) return 'Five wrong tries: this code is spent. Start over to get another one.'
  return `That is not the code. You have ${left === 1 ? 'one try' : `${left} tries`} left.`
}

const PUT_IT_BACK = 'At the foot of this page you can put the demo back.'

/** By the line of the exchange that went wrong; the first that fits. */
const problems: readonly (readonly [pattern: RegExp, words: string])[] = [
  [
    /migration 400 bad_request/,
    'Larkspur does not know this session any more, so there is nothing to exchange. Sign in again.',
  ],
  [/finalize \d+ token_reused/, 'This login was finished already. Start it again.'],
  [
    /otp\/check \d+ (unauthorized|token_reused|expired_challenge_token)/,
    'This code has expired, or was used. Start over to get another one.',
  ],
  [/otp\/retry \d+ rate_limited/, 'No more new codes for this one. Start over.'],
  [/\/otp \d+ rate_limited/, 'Too many codes in a short time. Wait a moment, then try again.'],
  [/login\/email\/password 401/, 'Address and password do not belong together.'],
  [/login\/email\/password 429/, 'Too many tries with this address. Wait a few minutes, then try again.'],
  [/otp\/check 400 bad_request/, 'A code has four to eight digits.'],
  [/login\/[^ ]+ 400 bad_request/, 'That is neither an e-mail address nor a phone number with its country code.'],
  [/ invalid_identifier$/, 'That is neither an e-mail address nor a phone number with its country code.'],
  [/ (conflict|identifier_already_exists)$/, 'This address or number belongs to a user already.'],
  [/ invalid_password$/, 'This password is not good enough: too simple, or one that everybody uses.'],
  [
    / direct_scope_identifier_mismatch$/,
    'This user has not proven any address or number yet. Do that first, under Security.',
  ],
  [
    / saml_no_connection_for_email$/,
    'No company’s own login goes with this address. If you work at one, use your address there.',
  ],
  [/ saml_login_required$/, 'People of this user’s company sign in by its own login alone.'],
  [/login\/passkey\/finish 401/, 'Antiphon does not know this passkey, or not any more. Sign in another way.'],
  [/ passkey_step_unavailable$/, 'None of your passkeys can do this. Create one first, under Security.'],
  [/ passkey_authenticator_blocked$/, 'This passkey was copied, or is blocked. Use another way, and remove it.'],
  [/ passkey_registration_failed$/, 'Antiphon does not take this passkey.'],
  [/ last_way_in$/, 'Nothing else would log you in. Prove an address or set a password first.'],
  [/ insufficient_scope$/, 'The scope for this has gone. Prove it once more.'],
  [/ bad_challenge$/, 'The bank waited too long, or was asked for something else. Start the transfer again.'],
  [/ bad_payment$/, 'The bank needs a name, and an amount such as 99.50.'],
  [/ invalid_token$/, 'The bank does not take this access token. Refresh it, then try again.'],
  [/put-back 403 development_only$/, 'The application is out of development, and stays as it is.'],
  [/ bad_name$/, 'Larkspur needs a name of at most forty letters.'],
  [/ signed_out$/, 'Larkspur no longer knows you; perhaps the server was restarted. Sign in to Larkspur again.'],
  [/ refused$/, 'The pretend phone was turned away.'],
  [/ network$/, 'The server does not answer. Is it still running?'],
  [/ unauthorized$/, 'Antiphon did not accept this.'],
  [/migration 500/, 'Antiphon could not reach Larkspur to ask whose session this is. Its log says more.'],
  [/ internal$/, 'Something went wrong in the server. Its log says more.'],
  [/ rate_limited$/, 'Too many attempts in a short time. Wait a moment, then try again.'],
  [/ overloaded$/, 'The server is busy. Wait a moment, then try again.'],
  [
    / (not_configured|passkey_not_configured|scope_not_allowed|no_login_config|invalid_redirect_uri|oauth_provider_\w+)$/,
    `Somebody configured the demo application otherwise. ${PUT_IT_BACK}`,
  ],
  [/ expired_challenge_token$/, 'That took too long. Start again.'],
  [/ dpop_key_mismatch$/, 'This browser’s key is not the one that the session is bound to.'],
]

/** Why a browser shows no passkey, or makes none, by the name of its error. WebAuthn Level 3 §5.1. */
const ceremonies: ReadonlyMap<string, string> = new Map([
  ['NotAllowedError', 'Nothing was signed: it was cancelled, took too long, or this device has no passkey that fits.'],
  ['InvalidStateError', 'This device has a passkey of yours already. One is enough.'],
  ['SecurityError', 'Passkeys are for the name localhost: open the demo by that name.'],
])

/** Put an error into words, with the code of the exchange that caused it. */
export function explain(
  during: string,
  error: unknown,
  cause: Exchange | undefined,
  exchanges: readonly Exchange[],
): Problem {
  const { name, message } = error instanceof Error ? error : { name: 'unknown', message: 'Something went wrong.' }
  const told = ceremonies.get(name)
  if (told) return { during, code: name, words: told }
  if (!cause?.code) return { during, code: name, words: message }
  const line = lineOf(cause)
  const words =
    cause.code === 'bad_check_code'
      ? wrongCode(triesLeft(exchanges))
      : problems.find(([pattern]) => pattern.test(line))?.[1]
  return { during, code: cause.code, words: words ?? message }
}

/** Why Antiphon refuses a session that Larkspur knows: it does not ask Larkspur any more. */
export const NOT_ASKED = `Larkspur knows this session, but Antiphon asks somebody else. Somebody configured the demo application otherwise. ${PUT_IT_BACK}`

/** Why a login by a provider came to nothing, by the error that the browser came back with. */
const refusals: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'Nobody was signed in: the login was cancelled at Larkspur ID.'],
  ['saml_email_domain_not_allowed', 'Nobody was signed in: Acme does not speak for addresses of this domain.'],
  ['saml_authentication_failed', 'Nobody was signed in: the answer of Acme did not hold. The server’s log says why.'],
  ['email_already_in_use', 'Another user has this e-mail address already. Sign in as that one.'],
])

export class Refusal extends Error {
  constructor(error: string) {
    super(refusals.get(error) ?? 'The login failed. Try again.')
    this.name = error
  }
}
