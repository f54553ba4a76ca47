import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { type Issuing, issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { adoptLegacyUser } from '../../core/legacy-users/adoption.ts'
import { noteExchange } from '../../core/proof/exchanges.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { announceLeftOut } from './announcements.ts'
import { failureRecord } from './failures.ts'
import { judgeSession } from './judge.ts'
import type { FailureReason, LegacyExchange, Way } from './outcome.ts'
import { type LegacyRequest, useSession } from './use.ts'

/** How the user proved who they are, as the access token's `amr` says: by a session of the legacy system, which may have been over. */
const AMR: Readonly<Record<Way, readonly string[]>> = {
  token: ['legacy'],
  refresh: ['legacy'],
  hook: ['legacy'],
  grace: ['legacy', 'grace'],
}

/**
 * Answered without asking anybody, hundreds of times a second if somebody likes. Nobody gets them over a kept connection: Node takes one new
 * connection at each turn of its loop, and kept ones that are always busy make that turn long for all who come.
 */
const UNASKED: readonly FailureReason[] = ['refused_before', 'busy']

export const migrate = endpoint({
  method: 'POST',
  path: '/v1/session/migration',
  audience: 'frontend',
  operationId: 'sessionMigration',
  signIn: 'legacy_session',
  tag: 'Login Migration',
  summary: 'Migrate a legacy session',
  access: open,
  body: z
    .object({
      token: z
        .string()
        .min(1)
        .max(16_384)
        .meta({ description: 'The legacy session token to validate via the migration hook.' }),
      code_challenge: z
        .string()
        .refine(isCodeChallenge, 'is no S256 code challenge')
        .meta({ description: 'PKCE S256 code challenge; finalize with its verifier.' }),
      dispatch_id: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'The identifier of the dispatch from the front-end SDK.' }),
    })
    .meta({ id: 'LoginMigrationRequest' }),
  response: loginChallengeResponse,
  failures: [universal.bad_request, universal.internal],

  async handle({ app, body, request, fail }, deps) {
    const { outcome: judged } = await judgeSession(deps, app, request, body)
    const outcome = judged.kind === 'user' ? await adoptUser(deps, app, judged, body) : judged
    if (outcome.kind === 'failed') {
      const { reason, legacyDown } = outcome
      noteExchange(deps, app.id, { kind: legacyDown ? 'unclear' : 'refused', reason, token: body.token })
      await failureRecord(deps).insert({ appId: app.id, reason })
      const extra = UNASKED.includes(outcome.reason) ? { headers: { connection: 'close' } } : {}
      return fail(legacyDown ? universal.internal : universal.bad_request, extra)
    }
    const { userId, externalId, way, issuing } = outcome
    noteExchange(deps, app.id, way === 'grace' ? { kind: 'in_grace' } : { kind: 'exchanged', way })
    const proof = { userId, amr: AMR[way], codeChallenge: body.code_challenge, externalId }
    return { body: { challenge_token: await issueLoginChallenge(deps, app, proof, issuing) } }
  },
})

type Adopted =
  | { kind: 'adopted'; userId: string; externalId: string; way: Way; issuing: Issuing }
  | { kind: 'failed'; reason: FailureReason; legacyDown?: boolean }

/** Find or make the user of a legacy session, and use it up. A token that is over makes nobody: its user must be known. */
async function adoptUser(
  deps: Deps,
  app: Application,
  { user, way, session }: LegacyExchange,
  asked: LegacyRequest,
): Promise<Adopted> {
  const adoption = await adoptLegacyUser<Use>(deps, app, user, async (tx, { userId, leftOut, applied }) => {
    if (applied && way === 'grace') return undo<Use>({ kind: 'failed', reason: 'unknown_user' })
    const issuing = await useSession(tx, deps, { appId: app.id, userId }, session, asked)
    if (typeof issuing === 'string') return undo<Use>({ kind: 'failed', reason: issuing })
    if (applied) await announceLeftOut(tx, deps, app.id, applied, leftOut)
    return { kind: 'adopted', userId, issuing }
  })
  if (adoption.kind !== 'adopted') return { kind: 'failed', reason: reasonOf(adoption.kind, way) }
  if (adoption.value.kind === 'failed') return adoption.value
  return { ...adoption.value, externalId: user.externalId, way }
}

type Use = { kind: 'adopted'; userId: string; issuing: Issuing } | { kind: 'failed'; reason: FailureReason }

const REFUSALS = {
  blocked: 'user_blocked',
  unidentified: 'missing_identifiers',
  conflict: 'identifier_conflict',
} as const

/** Whom the record could mean besides does not matter where only its external id counts. */
export const reasonOf = (kind: 'blocked' | 'unidentified' | 'conflict', way: Way): FailureReason =>
  way === 'grace' && kind !== 'blocked' ? 'unknown_user' : REFUSALS[kind]
