import type { Application } from '../../core/applications/application.ts'
import { findAttemptOf, findReturned, finishAttempt, nameAttempt } from '../../core/attempts/attempt.ts'
import type { LoginAttemptRow } from '../../core/attempts/tables.ts'
import { isListed, locationOf } from '../../core/return-targets/target.ts'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { judgeResponse, type Verdict } from '../../crypto/saml/response.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { fairQueue, type Queued } from '../../platform/limits/fair-queue.ts'
import { pathOf } from '../../platform/limits/network.ts'
import { type Login, logIn } from './log-in.ts'
import { refreshSoon } from './refresh.ts'
import { decideRequest } from './request.ts'
import { type Refusal, tell } from './tell.ts'
import { termsOf } from './terms.ts'
import { errorParameters } from './wire.ts'

/** What a browser posts that comes from an identity provider. */
export interface SamlAnswer {
  readonly SAMLResponse: string
  readonly RelayState?: string | undefined
}

export type Arrival =
  | { kind: 'gone'; location: string }
  /** Nothing says where the browser goes on to, or that place may not be gone to any more. */
  | { kind: 'nowhere' }
  | { kind: 'overloaded' }

/** How long the name of an assertion is kept beyond its time: a process whose clock is behind still takes it for a good one. */
const SEEN_MS = 3_600_000

/** Judge what a browser brings from an identity provider, and say where it goes on to. */
export async function arrive(
  deps: Deps,
  app: Application,
  connection: SamlConnection,
  ip: string,
  { SAMLResponse: encoded, RelayState: relayed }: SamlAnswer,
): Promise<Arrival> {
  const relayState = relayed === '' ? undefined : relayed
  const judged = await judge(deps, app.id, connection, ip, encoded)
  if (judged.kind === 'overloaded') return judged
  const verdict = judged.value
  const reading = verdict.kind === 'accepted' ? verdict.reading : undefined
  const named = {
    answered: await findRequest(deps, app.id, connection, reading?.inResponseTo),
    relayed: await findRequest(deps, app.id, connection, relayState),
  }
  const fault = verdict.kind === 'refused' ? verdict : decideRequest(verdict.reading, relayState, named, deps.now())
  if (fault) await tellRefusal(deps, app.id, connection, fault)
  if (fault?.check === 'signature') await refreshSoon(deps, app.id, connection.id)
  if (!fault && verdict.usesSha1) await tell(deps, app.id, connection, 'saml.sha1_accepted', {})
  const target = (named.answered ?? named.relayed)?.redirect_uri ?? connection.config.behavior.default_redirect_uri
  if (target === undefined || !isListed(target, app)) return { kind: 'nowhere' }
  const failed = { kind: 'gone', location: locationOf(target, errorParameters('saml_authentication_failed')) } as const
  if (fault || !reading) return failed
  const login = { connection, reading, request: named.answered, target }
  return (await take(deps, app, login, JSON.stringify([encoded, relayState]))) ?? failed
}

/** One at a time, for it holds the thread, and by turns: whoever posts junk waits for themselves. */
export const judging = resident((deps: Deps) =>
  fairQueue({ slots: 1, room: 200, patienceMs: 5_000, now: deps.monotonic }),
)

function judge(
  deps: Deps,
  appId: string,
  connection: SamlConnection,
  ip: string,
  encoded: string,
): Promise<Queued<Verdict>> {
  return judging(deps).run([appId, ...pathOf(ip)], async () => {
    // Everybody else's requests first.
    await pause(0)
    return await judgeResponse(encoded, termsOf(connection, deps.now()))
  })
}

/** A login that this connection began, whatever became of it. */
async function findRequest(
  deps: Deps,
  appId: string,
  { id }: SamlConnection,
  name: string | undefined,
): Promise<LoginAttemptRow | undefined> {
  const attempt = name === undefined ? undefined : await findAttemptOf(deps, appId, name)
  return attempt?.kind === 'saml' && attempt.provider === id ? attempt : undefined
}

const tellRefusal = (deps: Deps, appId: string, connection: SamlConnection, { check, reason }: Refusal) =>
  tell(deps, appId, connection, 'saml.login_refused', { check, reason })

/** Take an assertion, which is for once: the same post within a minute has the same outcome, and any other none. */
async function take(deps: Deps, app: Application, login: Login, answer: string): Promise<Arrival | undefined> {
  const { connection, reading, request, target } = login
  const answered = { state: `${connection.id} ${reading.assertionId}`, answer }
  let returned = await findReturned(deps, app.id, answered)
  if (returned.kind === 'unknown') {
    const attempt = {
      kind: 'saml_assertion',
      provider: connection.id,
      redirect_uri: target,
      code_challenge: request?.code_challenge ?? '',
      dispatch_id: request?.dispatch_id ?? null,
      secrets: {},
    } as const
    await nameAttempt(deps, app.id, answered.state, attempt, reading.usableUntil + SEEN_MS)
    returned = await findReturned(deps, app.id, answered)
  }
  if (returned.kind === 'finished') return { kind: 'gone', location: returned.location }
  const location =
    returned.kind === 'open'
      ? await finishAttempt(deps, returned.attempt, answer, () => logIn(deps, app, login))
      : undefined
  if (location !== undefined) return { kind: 'gone', location }
  await tellRefusal(deps, app.id, connection, { check: 'single_use', reason: 'the assertion was used before' })
  return undefined
}
