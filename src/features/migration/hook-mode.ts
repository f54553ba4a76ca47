import type { Application } from '../../core/applications/application.ts'
import { callHook, type HookOutcome, isRefusal, signalsOf } from '../../core/hooks/call.ts'
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
  const hook = { name: 'migration', url: config.session_validation_url, userAgent: 'Prelude-SessionMigrationHook/1.0' }
  const { token, dispatch_id } = session
  const payload = { app_id: app.id, token, ...(dispatch_id && { dispatch_id }), signals: signalsOf(request) }
  const refusals = refusalsOf(deps, app, hook.url, token, request.ip)
  const outcome = await callHook(deps, app, hook, { payload, ip: request.ip, known: refusals.find })
  if (outcome.kind === 'failed') return outcome
  if (outcome.kind === 'refused' && isRefusal(outcome.status)) refusals.note()
  return await readAnswer(outcome)
}

async function readAnswer(outcome: HookOutcome): Promise<LegacyOutcome> {
  switch (outcome.kind) {
    case 'answered':
      return await readLegacyUser(outcome.json)
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
