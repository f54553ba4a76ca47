import { z } from 'zod'
import { WRONG_KEYS_PER_MINUTE } from '../src/core/access/management-key.ts'
import { NOTICES } from '../src/core/messages/notice.ts'
import { TELLINGS } from '../src/core/passkeys/verify.ts'
import { ATTEMPTS } from '../src/core/step-up/passkey-step.ts'
import { TRIES_OF_NOTHING } from '../src/core/verifications/guesses.ts'
import { CODE_WINDOW_SECONDS } from '../src/core/verifications/limits.ts'
import { NAMES_PER_DAY } from '../src/features/domains/domains.ts'
import { LOOKS_PER_MINUTE } from '../src/features/domains/verify.ts'
import { REFUSALS_OF_TOKEN, TOKEN_WINDOW_MS } from '../src/features/migration/refusals.ts'
import { RESETS } from '../src/features/password/reset.ts'
import { HOOK_CALLS, REGISTRATIONS, REGISTRATIONS_OF_NETWORK } from '../src/features/step-up/offer.ts'
import { MOST_AT_ONCE } from '../src/features/webhooks/by-hand.ts'
import type { Limit } from '../src/platform/limits/store.ts'
import type { Settings } from '../src/platform/settings.ts'

/** Limits that are no settings, with what they count and what is answered beyond. */
export const FIXED: readonly (readonly [limit: Limit, counts: string, beyond: string])[] = [
  [HOOK_CALLS, 'requests of one user for scopes that your step-up hook decides', '429 `rate_limited`'],
  [REGISTRATIONS, 'addresses and numbers that one user tries to add by step-up', '429 `rate_limited`'],
  [REGISTRATIONS_OF_NETWORK, 'the same of one network', '429 `rate_limited`'],
  [ATTEMPTS, 'answers of an authenticator to one step', '400 `invalid_verification_token`, the right one too'],
  [RESETS, 'new passwords that one user sets', '429 `rate_limited`'],
  [NOTICES, 'mails to one user about changes of their account', 'the next is not sent'],
  [TELLINGS, 'events that one passkey was copied', 'the next is not told'],
  [
    named('tries of nothing', TRIES_OF_NOTHING, CODE_WINDOW_SECONDS),
    'codes that one network tries where there is nothing to try',
    '429 `rate_limited`',
  ],
  [
    named('refused before', REFUSALS_OF_TOKEN, TOKEN_WINDOW_MS / 1000),
    'refusals of one legacy token by your hook, in one process',
    '400 `bad_request`, and the hook is not asked',
  ],
  [
    named('wrong keys', WRONG_KEYS_PER_MINUTE, 60),
    'wrong management keys of one network, in one process',
    '429 `rate_limited`',
  ],
  [named('names', NAMES_PER_DAY, 86_400), 'domains that one application adds, in one process', '429 `rate_limited`'],
  [
    named('looks', LOOKS_PER_MINUTE, 60),
    'domains that one application has looked up, in one process',
    '429 `rate_limited`',
  ],
]

function named(name: string, max: number, windowSeconds: number): Limit {
  return { name, max, windowSeconds }
}

const UNITS: readonly (readonly [seconds: number, one: string, many: string])[] = [
  [86_400, 'a day', 'days'],
  [3_600, 'an hour', 'hours'],
  [60, 'a minute', 'minutes'],
  [1, 'a second', 'seconds'],
]

/** `ten minutes` as `10 minutes`. */
function duration(seconds: number): string {
  const [unit = 1, one = '', many = ''] = UNITS.find(([length]) => seconds % length === 0) ?? []
  return seconds === unit ? one : `${seconds / unit} ${many}`
}

/** Settings that say how many of something there may be: of an address, a network, a user. */
const isLimit = (name: string) => /_per_(ip|ip_range|identifier|country|user)$/.test(name)

export function limitsPage(groups: readonly Settings[], notice: string, table: Table): string {
  const rows = groups.flatMap(({ name: group, schema }) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    return Object.entries(properties as Record<string, z.core.JSONSchema.BaseSchema>)
      .filter(([name]) => isLimit(name))
      .map(([name, { default: most, description = '' }]) => [`\`${group}.${name}\``, String(most), description])
  })
  const fixed = FIXED.map(([{ max, windowSeconds }, counts, beyond]) => [
    String(max),
    duration(windowSeconds),
    counts,
    beyond,
  ])
  return `${notice}

# Rate limits

Beyond a limit the answer is 429 \`rate_limited\` with \`Retry-After\`, in seconds, unless the table says otherwise: where an answer would tell strangers who is registered, it is as ever,
and nothing is sent. Networks from which a user has logged in count apart for most of them, so that strangers cannot use up what is theirs.
A network is an IPv4 address or an IPv6 /64. Behind a proxy all clients are one address until \`ANTIPHON_TRUSTED_PROXIES\` names it.

## Settings of an application

\`PATCH /v2/session/apps/{appID}/settings\`; bounds are in the [settings](settings.md).

${table(['setting', 'default', 'counts'], rows)}

Passwords have limits of their own, which every application says itself: \`rate_limit_login_ip\` and \`rate_limit_login_identifier\` of the
[password configuration](guide/passwords.md#switch-it-on), each with \`limit\` and \`ttl\`.

## The same for everybody

${table(['at most', 'in', 'counts', 'beyond'], fixed)}

A verification takes five wrong codes and a few resends ([log in by code](guide/log-in-by-code.md#4-keep-abuse-away)). At most ${MOST_AT_ONCE} webhooks of one application are activated, tried or sent again by hand at the same
time. A server with too much to do answers 503 \`overloaded\` with \`Retry-After\`: nothing was done.
`
}

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string
