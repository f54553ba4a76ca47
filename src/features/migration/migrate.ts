import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { adoptLegacyUser } from '../../core/legacy-users/adoption.ts'
import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import { noteExchange } from '../../core/proof/exchanges.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { announceLeftOut } from './announcements.ts'
import { failureRecord } from './failures.ts'
import { askHook, type LegacySession } from './hook-mode.ts'
import { readLegacyToken } from './jwt-mode.ts'
import type { FailureReason, LegacyOutcome } from './outcome.ts'
import { migrationConfigs } from './store.ts'

/** How the user proved who they are, as the access token's `amr` says: by a session of the legacy system. */
const LEGACY_SESSION = 'legacy'

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
    const read = await readLegacySession(deps, app, request, body)
    const outcome = read.kind === 'user' ? await adoptUser(deps, app, read.user) : read
    if (outcome.kind === 'failed') {
      const { reason, legacyDown } = outcome
      noteExchange(deps, app.id, { kind: legacyDown ? 'unclear' : 'refused', reason, token: body.token })
      await failureRecord(deps).insert({ appId: app.id, reason })
      const extra = UNASKED.includes(outcome.reason) ? { headers: { connection: 'close' } } : {}
      return fail(legacyDown ? universal.internal : universal.bad_request, extra)
    }
    const { userId, externalId } = outcome
    noteExchange(deps, app.id, { kind: 'exchanged' })
    const proof = { userId, amr: [LEGACY_SESSION], codeChallenge: body.code_challenge, externalId }
    return { body: { challenge_token: await issueLoginChallenge(deps, app, proof) } }
  },
})

async function readLegacySession(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: LegacySession,
): Promise<LegacyOutcome> {
  const stored = await migrationConfigs.find(deps.db, app.id)
  if (!stored) return { kind: 'failed', reason: 'not_configured' }
  const { config } = stored
  return config.mode === 'hook'
    ? await askHook(deps, app, config, request, session)
    : await readLegacyToken(deps, config, session.token)
}

type Adopted =
  | { kind: 'adopted'; userId: string; externalId: string }
  | { kind: 'failed'; reason: FailureReason; legacyDown?: boolean }

async function adoptUser(deps: Deps, app: Application, legacy: LegacyUser): Promise<Adopted> {
  const adoption = await adoptLegacyUser(deps, app, legacy, async (tx, { userId, leftOut, applied }) => {
    if (applied) await announceLeftOut(tx, deps, app.id, applied, leftOut)
    return userId
  })
  if (adoption.kind === 'adopted') return { kind: 'adopted', userId: adoption.value, externalId: legacy.externalId }
  return { kind: 'failed', reason: REFUSALS[adoption.kind] }
}

const REFUSALS = {
  blocked: 'user_blocked',
  unidentified: 'missing_identifiers',
  conflict: 'identifier_conflict',
} as const
