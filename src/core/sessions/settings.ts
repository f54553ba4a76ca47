import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

const DAY = 86_400

/** Nobody has more live sessions, whatever an application sets; so none more are looked at. */
export const MAX_SESSIONS = 1000

/** Of an access token, and of a session that is not refreshed, in seconds. */
export const accessTokenLifetime = z.int().min(10).max(3600)
export const idleLifetime = z
  .int()
  .min(60)
  .max(3650 * DAY)

export const sessionSettings = settings('sessions', 'Sessions and tokens', {
  idle_lifetime_seconds: idleLifetime.default(30 * DAY).describe('A session that is not refreshed for this long ends.'),
  absolute_lifetime_seconds: z
    .int()
    .min(60)
    .max(3650 * DAY)
    .default(365 * DAY)
    .describe('A session ends this long after login, however often it is refreshed.'),
  refresh_grace_seconds: z
    .int()
    .min(0)
    .max(300)
    .default(75)
    .describe(
      'How long the refresh token before the current one still answers in a cookie session, for lost answers and second tabs. The web SDK tries for 70 seconds. Sessions bound to a DPoP key need no such limit.',
    ),
  unused_successor_seconds: z
    .int()
    .min(0)
    .max(DAY)
    .default(DAY)
    .describe(
      'How long, in a cookie session, a spent refresh token answers a successor that nobody has used, when that is longer than the grace: a closed tab or a laptop shut in the middle of a refresh costs no session. Until the owner refreshes, a copied cookie is good for as long. 0: the grace alone.',
    ),
  max_sessions_per_user: z
    .int()
    .min(1)
    .max(MAX_SESSIONS)
    .default(100)
    .describe('Live sessions of one user. With one more, the session that was unused for longest ends.'),
  access_token_lifetime_seconds: accessTokenLifetime
    .default(60)
    .describe('Life of an access token, and so the longest time that a revoked session is still believed elsewhere.'),
  access_token_algorithm: z
    .enum(['EdDSA', 'ES256', 'RS256'])
    .default('EdDSA')
    .describe(
      'Signature algorithm of access tokens. A change takes effect with the next token; old ones stay verifiable.',
    ),
  issuer: z
    .string()
    .max(255)
    .default('')
    .describe(
      'The `iss` claim of access tokens, a host or a URL. Empty: what the client dialled. The metadata say it as a URL, with `https://` before a bare host.',
    ),
  issuer_form: z
    .enum(['host', 'url'])
    .default('host')
    .describe(
      'What `iss` is when `issuer` is empty or a bare host. `host`: the host alone, as in the documented API. `url`: a URL, the same as in the metadata, as most verifiers want it. Let verifiers take both until the last token of before has expired.',
    ),
  audience: z
    .string()
    .max(255)
    .default('')
    .describe(
      'The `aud` claim of access tokens: the API that they are for, by the name that its verifier expects. With it they also say `client_id`, the id of the application, and so all that RFC 9068 asks for. Empty: neither.',
    ),
  cookie_same_site: z
    .enum(['lax', 'strict', 'none'])
    .default('lax')
    .describe(
      'SameSite attribute of the cookies. `none` only for pages on another site than the API: the cookies are then kept apart for each such site (`Partitioned`).',
    ),
  country_header: z
    .string()
    .max(64)
    .regex(/^[a-z0-9-]*$/, 'is no lower-case header name')
    .default('')
    .describe(
      'Lower-case name of the header in which a trusted proxy tells the client’s country, as ISO 3166-1 alpha-2. Empty: unknown.',
    ),
})
