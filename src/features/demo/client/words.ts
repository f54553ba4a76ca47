import type { Exchange } from './wire.ts'

/** What went wrong, for a person. */
export interface Problem {
  readonly words: string
  readonly code: string
  /** What was attempted. */
  readonly during: string
}

const notes: readonly (readonly [pattern: RegExp, note: string])[] = [
  [/^POST \/demo\/legacy\/login 200/, 'Larkspur starts a session of its own.'],
  [/^GET \/demo\/legacy\/me 200/, 'Larkspur knows its cookie, and when Antiphon last asked about it.'],
  [/^GET \/demo\/legacy\/me 401/, 'Larkspur has forgotten this cookie.'],
  [/^POST \/demo\/legacy\/logout/, 'Larkspur forgets its session. Antiphon does not care.'],
  [/^POST \/demo\/legacy\/validate/, 'The migration hook: whose is this token? Larkspur verified the signature first.'],
  [/^POST \/demo\/phone 204/, 'A pretend phone signs in by the same migration.'],
  [/^POST \/v1\/session\/migration 200/, 'The old token goes in, a challenge token comes out.'],
  [/^POST \/v1\/session\/migration/, 'The old token was not accepted.'],
  [/finalize 200/, 'Challenge token and PKCE verifier become a session, bound to a key in this browser.'],
  [/ 400 use_dpop_nonce/, 'Sign the proof again with this nonce: the SDK does so by itself.'],
  [/session\/refresh 200/, 'The refresh token is spent. The next one and a new access token come back.'],
  [/session\/refresh 401/, 'This session is over: its refresh token buys nothing.'],
  [/me\/list[^ ]* 200/, 'Where this user is signed in.'],
  [/me\/list[^ ]* 401/, 'The access token has died. The SDK refreshes and asks again.'],
  [/target=others 204/, 'Every other session of this user ends.'],
  [/target=all 204/, 'Every session of this user ends.'],
  [/target=\w+[^ ]* 204/, 'One session ends.'],
  [/session\/revoke 204/, 'Log out: this session ends.'],
  [/ 0 network/, 'No answer.'],
]

/** What an exchange means in the story. */
export function noteOf({ method, path, status, code }: Exchange): string {
  const line = `${method} ${path} ${status}${code ? ` ${code}` : ''}`
  return notes.find(([pattern]) => pattern.test(line))?.[1] ?? (code ? `Refused: ${code}.` : '')
}

/** Who speaks to whom. */
export function partiesOf({ path, from }: Exchange): readonly [from: string, to: string] {
  if (from === 'Antiphon') return ['Antiphon', 'Larkspur']
  const ownCall = path.startsWith('/demo/') || path.endsWith('/migration')
  return [ownCall ? 'Page' : 'SDK', path.startsWith('/demo/') ? 'Larkspur' : 'Antiphon']
}

const problems: Readonly<Record<string, string>> = {
  bad_name: 'Larkspur needs a name of at most forty letters.',
  signed_out: 'Larkspur no longer knows you; perhaps the server was restarted. Sign in to Larkspur again.',
  refused: 'The pretend phone was turned away.',
  network: 'The server does not answer. Is it still running?',
  unauthorized: 'Antiphon did not accept this.',
  internal: 'Antiphon could not reach Larkspur to ask whose session this is. Its log says more.',
  rate_limited: 'Too many attempts in a short time. Wait a moment, then try again.',
  overloaded: 'The server is busy. Wait a moment, then try again.',
  token_reused: 'This upgrade was finished already. Start it again.',
  expired_challenge_token: 'The upgrade took too long. Start it again.',
  dpop_key_mismatch: 'This browser’s key is not the one that the session is bound to.',
}

/** Put an error into words, with the code of the exchange that caused it. */
export function explain(during: string, error: unknown, cause: Exchange | undefined): Problem {
  const code = cause?.code ?? (error instanceof Error ? error.name : 'unknown')
  if (cause?.path.endsWith('/migration') && code === 'bad_request')
    return {
      during,
      code,
      words: 'Larkspur does not know this session any more, so there is nothing to exchange. Sign in again.',
    }
  return { during, code, words: problems[code] ?? (error instanceof Error ? error.message : 'Something went wrong.') }
}
