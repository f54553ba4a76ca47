import type { Application } from '../../core/applications/application.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { admitCode } from '../../core/verifications/limits.ts'
import { localeFor } from '../../core/verifications/locale.ts'
import { channelOf, findRunning, resendCode, startVerification } from '../../core/verifications/verification.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { isRefused } from './hold.ts'

export interface LoginStart {
  /** As the client wrote it. */
  readonly identifier: Identifier
  readonly loginConfigId: string | undefined
  readonly codeChallenge?: string | undefined
}

export type StartOutcome =
  | { kind: 'started'; token: string }
  | { kind: 'invalid_identifier' | 'no_login_config' | 'limited' }

/** Send a code to whoever wants to log in. Who must get none is answered like anybody else. */
export async function startLogin(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { identifier: written, loginConfigId, codeChallenge }: LoginStart,
): Promise<StartOutcome> {
  const identifier = await normaliseIdentifier(written)
  if (!identifier) return { kind: 'invalid_identifier' }
  const channel = channelOf(identifier.type)
  const config = await findOtpConfig(deps.db, app, channel, loginConfigId)
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel, template: config.template })
  return await deps.transact<StartOutcome>(async (tx) => {
    const admission = await admitCode(tx, app, { identifier, ip: request.ip }, deps.now())
    if (admission === 'limited') return { kind: 'limited' }
    const refused = await isRefused(tx, app, identifier)
    const started = await startVerification(tx, deps, app.id, {
      ...config,
      identifier,
      locale,
      codeChallenge,
      silent: admission === 'silent' || refused,
    })
    if (started.kind !== 'started') throw new Error('a login has a verification of its own')
    return started
  })
}

export type RetryOutcome = { kind: 'sent' | 'ended' | 'limited' }

/** Send a new code for a verification that runs. */
export async function retryCode(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  token: string,
): Promise<RetryOutcome> {
  return await deps.transact<RetryOutcome>(async (tx) => {
    const running = await findRunning(tx, deps, app.id, token)
    if (!running) return { kind: 'ended' }
    const admission = await admitCode(tx, app, { identifier: running, ip: request.ip }, deps.now())
    if (admission === 'limited') return { kind: 'limited' }
    const resent = await resendCode(tx, deps, app.id, token, { silent: admission === 'silent' })
    return resent.kind === 'spent' ? undo<RetryOutcome>({ kind: 'limited' }) : { kind: resent.kind }
  })
}
