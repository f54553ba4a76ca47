import { isNeeded, sealedIn } from '../core/master-key/boxes/count.ts'
import { giveUpKey, type KeyStatus, type MasterKeyStatus, readStatus, UNDER_WAY_MS } from '../core/master-key/status.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { sealedColumns } from '../server.ts'
import { columns, done, type Outcome, refused } from './outcome.ts'

/** `antiphon keys master status` */
export async function masterKeyStatus(deps: Deps): Promise<Outcome> {
  const status = await readStatus(deps, sealedColumns)
  const advice = status.keys.flatMap((key) => adviceOn(key, status.database))
  return done(viewOf(status), [table(status), ...advice, ...lostOf(status)].join('\n'))
}

const timeOf = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : rfc3339(ms))

const viewOf = ({ database, keys, lost }: MasterKeyStatus) => ({
  database: database ? { key_id: database.id, since: rfc3339(database.since) } : null,
  keys: keys.map(({ id, given, mayGo, sealed, sessions, until }) => ({
    ...{ key_id: id, given, may_go: mayGo, sealed, sessions },
    last_session_ends_at: timeOf(until),
  })),
  lost: lost.sealed,
})

const GIVEN = { newest: 'newest', previous: 'previous', no: 'not given' } as const

const table = ({ keys }: MasterKeyStatus) =>
  columns(
    [
      ['KEY', 'GIVEN', 'SEALED', 'SESSIONS', 'LAST SESSION ENDS', 'OF'],
      ...keys.map(({ id, given, sealed, sessions, until, ...rest }) => [
        id,
        GIVEN[given],
        String(sealedIn({ sealed, ...rest })),
        String(sessions),
        timeOf(until) ?? 'none',
        Object.entries(sealed)
          .map(([name, count]) => `${name} ${count}`)
          .join(', '),
      ]),
    ],
    '',
  )

function adviceOn({ id, given, mayGo, ...hanging }: KeyStatus, database: MasterKeyStatus['database']): string[] {
  if (given !== 'previous') return []
  if (mayGo) return [`The key ${id} may go: nothing hangs on it.`]
  if (isNeeded(hanging) || !database) return [`The key ${id} must stay for now.`]
  const until = rfc3339(database.since + UNDER_WAY_MS)
  return [`The key ${id} must stay until ${until}: what is not counted, as logins under way, may hang on it.`]
}

const lostOf = ({ lost }: MasterKeyStatus) =>
  sealedIn(lost) === 0 ? [] : [`${sealedIn(lost)} sealed values open under none of these keys.`]

/** What comes of it when a key is taken out. A session that is refreshed before hangs on the newest key from then on. */
export function whatEnds(sessions: number): string {
  if (sessions === 0) return 'no session hangs on it.'
  return sessions === 1
    ? '1 session ends then, unless it is refreshed before; its user logs in again.'
    : `${sessions} sessions end then, but for those that are refreshed before; their users log in again.`
}

/** `antiphon keys master give-up`: whoever has a session that hangs on it logs in again. */
export async function giveUpMasterKey(deps: Deps, keyId: string): Promise<Outcome> {
  const outcome = await giveUpKey(deps, sealedColumns, keyId)
  if (outcome.kind === 'given_up') {
    const { sessions } = outcome
    return done({ key_id: keyId, sessions }, `Take ${keyId} out of ANTIPHON_MASTER_KEY_PREVIOUS: ${whatEnds(sessions)}`)
  }
  if (outcome.kind === 'needed') {
    return refused(
      `${outcome.sealed} values are sealed under ${keyId}, and would be lost: let a server seal them anew first`,
    )
  }
  return refused(
    outcome.kind === 'unknown' ? `nothing hangs on a key ${keyId}` : `the database is under the key ${keyId}`,
  )
}
