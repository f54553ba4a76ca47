import type { Application } from '../../core/applications/application.ts'
import { callHook, type HookOutcome, signalsOf } from '../../core/hooks/call.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { HookConfig } from './config.ts'
import { failureRecord } from './failures.ts'
import { type LegacyOutcome, readLegacyUser } from './legacy-user.ts'

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
  const read = await readAnswer(await callHook(deps, app, hook, payload))
  if (read.kind === 'user' && read.user.password?.kind === 'unreadable')
    await failureRecord(deps).insert({ appId: app.id, reason: 'invalid_password_hash' })
  return read
}

async function readAnswer(outcome: HookOutcome): Promise<LegacyOutcome> {
  switch (outcome.kind) {
    case 'answered':
      return await readLegacyUser(outcome.json)
    case 'refused':
      return { kind: 'failed', reason: 'invalid_status_code', legacyDown: outcome.status >= 500 }
    case 'undecodable':
      return { kind: 'failed', reason: 'response_decode_failed' }
    case 'unreachable':
    case 'busy':
      return { kind: 'failed', reason: 'request_failed', legacyDown: true }
  }
}
