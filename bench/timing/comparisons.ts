import type { Manage } from '../antiphon/management.ts'
import { createUser } from '../antiphon/ways-in.ts'
import { headerOf } from '../load/connection.ts'
import { OTP_CHECK_PATH, OTP_PATH, PASSWORD_PATH, startBody } from '../load/ways-in.ts'
import type { Comparison, Kind } from './interleave.ts'
import { type Holders, passkeys } from './passkeys.ts'
import type { Stranger } from './stranger.ts'

/** People of each sort; the samples of a kind go round among them. */
const PEOPLE = 25
/** Tries that one verification takes. */
const ATTEMPTS = 5
/** Right once in a million verifications; the run then ends with an error. */
const WRONG_CODE = '123456'
const REST_AFTER_START_MS = 5
/** A message leaves 50 to 250 ms after it was asked for. */
const AFTERMATH_MS = 300
const AFTERMATH_SHARE = 0.05
const CONTROL_MS = 0.2
/** A hash varies by more than a query; one that were left out would be missed by the whole of it. */
const HASH_CONTROL_MS = 0.5
const SORTS = ['known', 'unknown', 'unset', 'blocked'] as const
type Sort = (typeof SORTS)[number]

/** Who is asked for: the address of the person number `index` of a sort. All are of one length. */
const addressOf = (sort: Sort, index: number) => `${sort.padEnd(8, '-')}${String(index).padStart(3, '0')}@example.org`

/** Creates the people: with a password, without, and blocked; nobody for `unknown`. */
export async function populate(manage: Manage): Promise<void> {
  for (let i = 0; i < PEOPLE; i += 1) {
    await createUser(manage, addressOf('known', i), 'their very own password')
    await createUser(manage, addressOf('unset', i))
    const blocked = await createUser(manage, addressOf('blocked', i), 'their very own password')
    await manage('PUT', `/users/${blocked}/status`, { status: 'inactive' })
  }
}

/** Everything that must not tell a stranger who is known. */
export function comparisons(stranger: Stranger, holders: Holders): Comparison[] {
  return [
    starts(stranger, OTP_PATH),
    starts(stranger, '/v1/session/login/otp'),
    aftermath(stranger, OTP_PATH),
    checks(stranger, OTP_PATH, OTP_CHECK_PATH),
    passwords(stranger),
    passkeys(stranger, holders),
  ]
}

/** Asks for a code. Only a known recipient gets one, which nobody may see in the answer, nor in how busy the server is behind it. */
function starts(stranger: Stranger, path: string): Comparison {
  const kind = (sort: Sort) =>
    roundRobin(sort, async (email) => {
      const { ms } = await stranger.post(path, startBody(email), 204)
      return [ms, await stranger.linger()]
    })
  return {
    figures: [
      { title: `POST ${path}`, held: true },
      { title: `cheap requests after POST ${path}`, held: true },
    ],
    kinds: [kind('known'), kind('unknown'), kind('blocked')],
    restMs: REST_AFTER_START_MS,
    controlMs: CONTROL_MS,
  }
}

/** Asks for a code and watches until its message has left. That takes long, so there are few samples, and it is shown: the bound of so few says little. */
function aftermath(stranger: Stranger, path: string): Comparison {
  const kind = (sort: Sort) =>
    roundRobin(sort, async (email) => {
      await stranger.post(path, startBody(email), 204)
      return [await stranger.watch(AFTERMATH_MS)]
    })
  return {
    figures: [{ title: `slowest cheap request within ${AFTERMATH_MS} ms of POST ${path}`, held: false }],
    kinds: [kind('known'), kind('unknown'), kind('blocked')],
    restMs: REST_AFTER_START_MS,
    controlMs: CONTROL_MS,
    share: AFTERMATH_SHARE,
  }
}

/** Tries a wrong code on a verification of a known recipient, and on a silent one. */
function checks(stranger: Stranger, startPath: string, path: string): Comparison {
  const kind = (sort: 'known' | 'unknown', name: string): Kind => {
    let started = 0
    let left = 0
    let token = ''
    return {
      name,
      async ready() {
        if (left > 0) return false
        const { answer } = await stranger.post(startPath, startBody(addressOf(sort, started % PEOPLE)), 204)
        token = headerOf(answer.head, 'x-verification-token') ?? ''
        started += 1
        left = ATTEMPTS
        return true
      },
      async send() {
        left -= 1
        const body = JSON.stringify({ code: WRONG_CODE })
        return [(await stranger.post(path, body, 401, `X-Verification-Token: ${token}\r\n`)).ms]
      },
    }
  }
  const kinds = [kind('known', 'real'), kind('unknown', 'silent')] as const
  const figures = [{ title: `POST ${path}, wrong code`, held: true }]
  return { figures, kinds: [...kinds], restMs: 1, controlMs: CONTROL_MS }
}

/** Tries a wrong password. */
function passwords(stranger: Stranger): Comparison {
  const kind = (sort: Sort) =>
    roundRobin(sort, async (identifier) => {
      const body = JSON.stringify({ identifier, password: 'their very old password' })
      return [(await stranger.post(PASSWORD_PATH, body, 401)).ms]
    })
  const [first, ...others] = SORTS.map(kind)
  if (!first) throw new Error('there is nobody to try')
  return {
    figures: [{ title: `POST ${PASSWORD_PATH}, wrong password`, held: true }],
    kinds: [first, ...others],
    restMs: 1,
    controlMs: HASH_CONTROL_MS,
  }
}

function roundRobin(name: Sort, send: (email: string) => Promise<readonly number[]>): Kind {
  let sent = 0
  return {
    name,
    send() {
      sent += 1
      return send(addressOf(name, sent % PEOPLE))
    },
  }
}
