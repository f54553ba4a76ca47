import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { callHook, type HookOutcome, signalsOf } from '../../core/hooks/call.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import {
  findTermsProblem,
  grantedForShape,
  grantModeShape,
  MAX_STEPS,
  statusShape,
  stepShape,
  type Terms,
} from '../../core/step-up/terms.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Metadata } from './metadata.ts'

/** Why a hook failed, as `step_up.hook_failed` says. */
export type FailureReason =
  | 'request_failed'
  | 'invalid_status_code'
  | 'response_decode_failed'
  | 'invalid_response'
  | 'invalid_status'
  | 'missing_steps'
  | 'invalid_grant_mode'
  | 'invalid_granted_for'
  | 'invalid_step'

export type HookTerms = { kind: 'terms'; terms: Terms } | { kind: 'hook_failed'; reason: FailureReason }

/** What the hook of a delegated scope is asked. */
export interface Question {
  readonly scope: string
  readonly userId: string
  /** Those that the user has proven. */
  readonly identifiers: readonly Identifier[]
  readonly metadata: Metadata
}

/** Ask the application's hook on which terms a user gets a scope. `busy`: too many questions to it are under way. */
export async function askHook(
  deps: Deps,
  app: Application,
  url: string,
  request: HttpRequest,
  { scope, userId, identifiers, metadata }: Question,
  customKeys: readonly string[],
): Promise<HookTerms | { kind: 'busy' }> {
  const hook = { name: 'step-up', url, userAgent: 'Prelude-SessionStepUpHook/1.0' }
  const payload = {
    scope_requested: scope,
    user_id: userId,
    identifiers: identifiers.map(({ type, value }) => ({ type, value })),
    signals: signalsOf(request),
    metadata,
  }
  return readAnswer(await callHook(deps, app, hook, { payload, ip: request.ip }), customKeys)
}

function readAnswer(outcome: HookOutcome, customKeys: readonly string[]): HookTerms | { kind: 'busy' } {
  switch (outcome.kind) {
    case 'answered':
      return readTerms(outcome.json, customKeys)
    case 'refused':
      return failed('invalid_status_code')
    case 'undecodable':
      return failed('response_decode_failed')
    case 'unreachable':
      return failed('request_failed')
    case 'busy':
      return outcome
  }
}

const failed = (reason: FailureReason): HookTerms => ({ kind: 'hook_failed', reason })

const answerShape = z.record(z.string(), z.unknown())
const stepsShape = z.array(stepShape).max(MAX_STEPS)
const BLOCK: Terms = { status: 'block', grant_mode: 'single-use', granted_for: 0, steps: [] }

/** Read a hook's answer: the first thing wrong with it is the reason. */
export function readTerms(json: unknown, customKeys: readonly string[]): HookTerms {
  const answer = answerShape.safeParse(json).data
  if (!answer) return failed('invalid_response')
  const status = statusShape.safeParse(answer.status).data
  if (!status) return failed('invalid_status')
  if (status === 'block') return { kind: 'terms', terms: BLOCK }
  const given = answer.steps ?? []
  if (status === 'review' && Array.isArray(given) && given.length === 0) return failed('missing_steps')
  const grant_mode = grantModeShape.safeParse(answer.grant_mode).data
  if (!grant_mode) return failed('invalid_grant_mode')
  const granted_for = grantedForShape.safeParse(answer.granted_for ?? 0).data
  if (granted_for === undefined) return failed('invalid_granted_for')
  const steps = stepsShape.safeParse(given).data
  if (!steps) return failed('invalid_step')
  const terms = { status, grant_mode, granted_for, steps }
  const problem = findTermsProblem(terms, customKeys)
  if (problem) return failed(problem.member === 'steps' ? 'invalid_step' : 'invalid_granted_for')
  return { kind: 'terms', terms }
}
