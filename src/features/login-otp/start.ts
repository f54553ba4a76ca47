import type { Application } from '../../core/applications/application.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findEnforcedConnection } from '../../core/saml-connections/resolve.ts'
import { admitCode } from '../../core/verifications/admission.ts'
import { clientOf } from '../../core/verifications/asker.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { localeFor } from '../../core/verifications/locale.ts'
import { channelOf, findCarried, resendCode, startVerification } from '../../core/verifications/verification.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { isRefused } from './hold.ts'

export interface LoginStart {
  /** As the client wrote it. */
  readonly identifier: Identifier
  readonly loginConfigId: string | undefined
  readonly codeChallenge?: string | undefined
  /** Of the verifications that the client holds already, the youngest first. */
  readonly tokens: readonly string[]
}

export type StartOutcome =
  /** `others`: of the verifications that the client holds besides, and that still run. */
  | { kind: 'started'; token: string; others: readonly string[] }
  | { kind: 'invalid_identifier' | 'saml_login_required' | 'no_login_config' | 'limited' }

/** Send a code to whoever wants to log in. Who must get none is answered like anybody else. */
export async function startLogin(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { identifier: written, loginConfigId, codeChallenge, tokens }: LoginStart,
): Promise<StartOutcome> {
  const identifier = await normaliseIdentifier(written)
  if (!identifier) return { kind: 'invalid_identifier' }
  if (await findEnforcedConnection(deps.db, app.id, identifier)) return { kind: 'saml_login_required' }
  const channel = channelOf(identifier.type)
  const config = await findOtpConfig(deps.db, app, channel, loginConfigId)
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel, template: config.template })
  return await deps.transact<StartOutcome>(async (tx) => {
    const carried = await findCarried(tx, deps, app.id, tokens)
    const asked = { identifier, ip: request.ip, codeSize: config.codeSize }
    const admission = await admitCode(tx, deps, app, asked)
    if (admission.kind === 'limited') return { kind: 'limited' }
    const refused = await isRefused(tx, app, identifier)
    const started = await startVerification(tx, deps, app.id, {
      ...config,
      identifier,
      locale,
      codeChallenge,
      carried,
      client: clientOf(deps, app.id, identifier, request),
      takings: admission.takings,
      silence: refused ? 'recipient' : admission.silence,
    })
    if (started.kind !== 'started') throw new Error('a login has a verification of its own')
    const others = carried.map(({ token }) => token).filter((token) => token !== started.token)
    return { ...started, others }
  })
}

export type RetryOutcome = { kind: 'sent' | 'ended' | 'limited' | 'saml_login_required' }

/** Send a new code for a verification that runs: of several, the youngest. */
export async function retryCode(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  tokens: readonly string[],
): Promise<RetryOutcome> {
  return await deps.transact<RetryOutcome>(async (tx) => {
    const [running] = await findCarried(tx, deps, app.id, tokens)
    if (!running) return { kind: 'ended' }
    const { type, value, code_size: codeSize, challenge_jti, link } = running.row
    const identifier = { type, value }
    const isOfLogin = challenge_jti === null || link !== null
    if (isOfLogin && (await findEnforcedConnection(tx, app.id, identifier))) return { kind: 'saml_login_required' }
    const asked = { identifier, ip: request.ip, codeSize }
    const admission = await admitCode(tx, deps, app, asked)
    if (admission.kind === 'limited') return { kind: 'limited' }
    const resent = await resendCode(tx, deps, running.row, admission)
    return resent === 'spent' ? undo<RetryOutcome>({ kind: 'limited' }) : { kind: resent }
  })
}
