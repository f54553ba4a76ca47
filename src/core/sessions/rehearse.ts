import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { findSigningKey } from '../signing-keys/keyring.ts'
import { issueRefreshToken, verifyRefreshToken } from './refresh-token.ts'
import { rotateSession } from './rotate.ts'
import { sessionSettings } from './settings.ts'
import { findYoungestSession, putBackSession } from './store/rehearsal.ts'
import type { SessionRow } from './tables.ts'

/**
 * Refresh the youngest session of an application as its own client would, with the key that signs its next access token at hand, and let it
 * stand as before. For a database that nobody serves from: what clients do meanwhile would be undone.
 */
export async function rehearseRefresh(deps: Deps, app: Application): Promise<'refreshed' | 'refused' | 'no_session'> {
  const session = await findYoungestSession(deps.db, app.id, deps.now())
  if (!session) return 'no_session'
  const token = verifyRefreshToken(deps, app.id, issueRefreshToken(deps, app.id, session.id, session.counter))
  if (!token) return 'refused'
  await findSigningKey(deps, app.id, 'access_token', settingsOf(app, sessionSettings).access_token_algorithm)
  const { kind } = await rotateSession(deps, app, { ...token, ...ofItsClient(session) })
  await deps.transact((tx) => putBackSession(tx, session))
  return kind === 'rotated' ? 'refreshed' : 'refused'
}

const ofItsClient = ({ jkt, proof_issued_at }: SessionRow) => ({
  jkt,
  proofIssuedAt: proof_issued_at,
  loginKeyId: undefined,
})
