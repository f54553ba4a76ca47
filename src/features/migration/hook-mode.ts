import type { Application } from '../../core/applications/application.ts'
import { callHook, type Hook, type HookOutcome, isRefusal, signalsOf } from '../../core/hooks/call.ts'
import { readLegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { HookConfig } from './config.ts'
import type { LegacyOutcome } from './outcome.ts'
import { refusalsOf } from './refusals.ts'

export interface LegacySession {
  readonly token: string
  readonly dispatch_id?: string | undefined
}

/** Ask the application's hook whose legacy session this is. */
export async function askHook(
  deps: Deps,
  app: Application,
  config: HookConfig,
  request: HttpRequest,
  session: LegacySession,
): Promise<LegacyOutcome> {
  const hook = hookOf(config)
  const payload = payloadOf(app, session, signalsOf(request))
  const refusals = refusalsOf(deps, app, hook.url, session.token, request.ip)
  const outcome = await callHook(deps, app, hook, { payload, ip: request.ip, known: refusals.find })
  if (outcome.kind === 'failed') return outcome
  if (outcome.kind === 'refused' && isRefusal(outcome.status)) refusals.note()
  return await readHookAnswer(outcome)
}

export const hookOf = ({ session_validation_url: url }: HookConfig): Hook => ({
  name: 'migration',
  url,
  userAgent: 'Prelude-SessionMigrationHook/1.0',
})

/** What the hook is asked. */
export const payloadOf = (app: Application, { token, dispatch_id }: LegacySession, signals: object) => ({
  app_id: app.id,
  token,
  ...(dispatch_id && { dispatch_id }),
  signals,
})

export async function readHookAnswer(outcome: HookOutcome): Promise<LegacyOutcome> {
  switch (outcome.kind) {
    case 'answered': {
      const read = await readLegacyUser(outcome.json)
      return read.kind === 'user' ? { ...read, way: 'hook', session: undefined } : read
    }
    case 'refused':
      return { kind: 'failed', reason: 'invalid_status_code', legacyDown: !isRefusal(outcome.status) }
    // A page of whatever stands before the hook, or of the hook while it is mended.
    case 'undecodable':
      return { kind: 'failed', reason: 'response_decode_failed', legacyDown: true }
    case 'unreachable':
      return { kind: 'failed', reason: 'request_failed', legacyDown: true }
    case 'busy':
      return { kind: 'failed', reason: 'busy', legacyDown: true }
  }
}
