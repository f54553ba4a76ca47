import type { Exchange } from './wire.ts'
import { lineOf } from './words.ts'

const notes: readonly (readonly [pattern: RegExp, note: string])[] = [
  [/^POST \/demo\/legacy\/login 200/, 'Larkspur starts a session of its own.'],
  [/^GET \/demo\/legacy\/me 200/, 'Larkspur knows its cookie, and when Antiphon last asked about it.'],
  [/^GET \/demo\/legacy\/me 401/, 'Larkspur has forgotten this cookie.'],
  [/^POST \/demo\/legacy\/logout/, 'Larkspur forgets its session. Antiphon does not care.'],
  [/^POST \/demo\/legacy\/validate/, 'The migration hook: whose is this token? Larkspur verified the signature first.'],
  [/^POST \/demo\/put-back 204/, 'The application is configured as it was at first.'],
  [/^POST \/demo\/phone 204/, 'A pretend phone signs in by the same migration.'],
  [/^POST \/demo\/bank\/transfer 200/, 'The bank checks signature, expiry and scope of the token, and pays.'],
  [/^POST \/demo\/bank\/transfer 403/, 'Not with this token: the bank names the scope that it wants to see.'],
  [/^POST \/demo\/bank\/confirm 200/, 'You said yes in the bank’s app. The bank signs its word for it.'],
  [/^POST \/v1\/session\/migration 200/, 'The old token goes in, a challenge token comes out.'],
  [/^POST \/v1\/session\/migration/, 'The old token was not accepted.'],
  [/finalize 200/, 'The challenge token becomes a session, bound to a key in this browser.'],
  [/ 400 use_dpop_nonce/, 'Sign the proof again with this nonce: the SDK does so by itself.'],
  [/session\/refresh 200 with/, 'The step-up is spent. The new access token carries the scope.'],
  [/session\/refresh 200/, 'The refresh token is spent. The next one and a new access token come back.'],
  [/session\/refresh 401/, 'This session is over: its refresh token buys nothing.'],
  [/me\/list[^ ]* 200/, 'Where this user is signed in.'],
  [/me\/identifiers 200/, 'How this user is reached, and what of it is proven.'],
  [/login\/passkey\/begin 200/, 'What a passkey has to sign, whosever it will be. Nothing is written yet.'],
  [/login\/passkey\/finish 200/, 'A passkey has signed. A challenge token comes out.'],
  [/login\/passkey\/finish 401/, 'No passkey of anybody’s here, or a wrong answer: the answer is the same.'],
  [/register\/begin 200/, 'What the device is to make a key for. The scope allows to ask.'],
  [/register\/finish 200/, 'The public key is kept. The scope is used up with it.'],
  [/GET [^ ]*me\/passkeys 200/, 'The passkeys of this user.'],
  [/PATCH [^ ]*me\/passkeys\/[^ ]* 204/, 'A passkey has a name. Its key knows nothing of it.'],
  [/DELETE [^ ]*me\/passkeys\/[^ ]* 204/, 'A passkey is gone. Something else still logs this user in.'],
  [/GET [^ ]*me\/[^ ]* 401/, 'The access token has died. The SDK refreshes and asks again.'],
  [/target=others 204/, 'Every other session of this user ends.'],
  [/target=all 204/, 'Every session of this user ends.'],
  [/target=\w+[^ ]* 204/, 'One session ends.'],
  [/session\/revoke 204/, 'Log out: this session ends.'],
  [/login\/otp 204/, 'A code leaves. The answer is the same whether anybody is known by this name.'],
  [/login\/otp\/check 200/, 'The right code: a session, bound to a key in this browser.'],
  [/login\/email\/password 200/, 'The right password. A challenge token comes out.'],
  [/login\/email\/password 401/, 'Wrong, or nobody has such a password: the answer is the same.'],
  [/login\/email\/sign-up 200/, 'A new user. A challenge token comes out.'],
  [/password\/compliancy 200/, 'What a password must have. The SDK counts by itself.'],
  [/me\/password\/reset 204/, 'The password is set, and the scope is used up with it.'],
  [/stepup\/request 200/, 'A scope is asked for. The answer says what has to be proven first.'],
  [/stepup\/continue 200/, 'The step is completed: by the bank’s signed word, or by a passkey.'],
  [/oauth\/larkspur\/authorize 200/, 'A login begins that Larkspur ID has to prove. The answer says where to go.'],
  [/login\/saml\/initiate[^ ]* 200/, 'The company of this address has a login of its own. The answer says where.'],
  [/ saml_login_required/, 'The company of this address insists on a login of its own.'],
  [/session\/otp 204/, 'A code leaves, for this step-up or this login only.'],
  [/otp\/retry 204/, 'A new code leaves. The old one no longer counts.'],
  [/session\/otp\/check 200/, 'The right code. The step is done, or the login proven.'],
  [/ bad_check_code/, 'A wrong code. It costs one of five tries.'],
  [/ 0 network/, 'No answer.'],
]

/** What an exchange means in the story. */
export function noteOf(exchange: Exchange): string {
  const { code, spendsStepUp } = exchange
  const line = lineOf(exchange) + (spendsStepUp ? ' with a step-up' : '')
  return notes.find(([pattern]) => pattern.test(line))?.[1] ?? (code ? `Refused: ${code}.` : '')
}

/** Who speaks to whom. */
export function partiesOf({ path, from, bySdk }: Exchange): readonly [from: string, to: string] {
  if (from === 'Antiphon') return ['Antiphon', 'Larkspur']
  if (path.startsWith('/demo/bank/')) return ['Page', 'Bank']
  if (path === '/demo/put-back') return ['Page', 'Demo']
  if (path.startsWith('/demo/')) return ['Page', 'Larkspur']
  return [bySdk ? 'SDK' : 'Page', 'Antiphon']
}
