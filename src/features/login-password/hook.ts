import type { Application } from '../../core/applications/application.ts'
import { callHook, type HookOutcome, isRefusal, signalsOf } from '../../core/hooks/call.ts'
import { type LegacyUser, readLegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'

/** Why a password hook failed, as `password.hook_failed` says. */
export type FailureReason =
  | 'request_failed'
  | 'invalid_status_code'
  | 'response_decode_failed'
  | 'missing_external_id'
  | 'invalid_response'
  | 'missing_identifiers'
  | 'identifier_conflict'
  /** Of some members of the record: the login went on without them. */
  | 'unusable_details'

export type HookAnswer =
  | { kind: 'user'; user: LegacyUser }
  /** The legacy system's own no. */
  | { kind: 'refused' }
  /** Nobody knows whether the password is right; `reason` unless it is only that too much is asked of the hook. */
  | { kind: 'unclear'; reason?: FailureReason }

export interface Credentials {
  /** Normalised. */
  readonly email: string
  readonly password: string
}

/** Ask the application's hook whose password this is. It is sent, and kept nowhere. */
export async function askHook(
  deps: Deps,
  app: Application,
  url: string,
  request: HttpRequest,
  { email, password }: Credentials,
): Promise<HookAnswer> {
  const hook = { name: 'password', url, userAgent: 'Antiphon-PasswordValidationHook/1.0' }
  const identifier = { type: 'email_address', value: email }
  const payload = { app_id: app.id, identifier, password, signals: signalsOf(request) }
  return await readAnswer(await callHook(deps, app, hook, { payload, ip: request.ip }))
}

async function readAnswer(outcome: HookOutcome): Promise<HookAnswer> {
  switch (outcome.kind) {
    case 'answered': {
      const read = await readLegacyUser(outcome.json)
      return read.kind === 'user' ? read : { kind: 'unclear', reason: read.reason }
    }
    case 'refused':
      return isRefusal(outcome.status) ? { kind: 'refused' } : { kind: 'unclear', reason: 'invalid_status_code' }
    case 'undecodable':
      return { kind: 'unclear', reason: 'response_decode_failed' }
    case 'unreachable':
      return { kind: 'unclear', reason: 'request_failed' }
    case 'busy':
      return { kind: 'unclear' }
  }
}
