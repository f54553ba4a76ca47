import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from './deps.ts'
import type { SignIn } from './endpoint.ts'
import { logSampled } from './sampled-log.ts'

/** Where a browser is sent with an error, it is one of our own words. RFC 6749 §4.1.2.1. */
const WORD = /^[a-z_]{1,40}$/

/** The error that a browser takes along to where it is sent; undefined without any. */
export function errorOf(location: string): string | undefined {
  const error = URL.parse(location, 'https://same-origin.invalid')?.searchParams.get('error')
  return error && WORD.test(error) ? error : undefined
}

/** They tell a nearer cause themselves. */
const TOLD_ELSEWHERE: readonly SignIn[] = ['provider', 'company', 'passkey']

/** Count a try to sign in, and say in the log why it was refused: so often a minute, for strangers may try as often as they like. */
export function tellSignIn(
  deps: Deps,
  way: SignIn,
  { id, appId, refusedBy }: FastifyRequest,
  { statusCode }: FastifyReply,
): void {
  const outcome = refusedBy ?? (statusCode < 400 ? 'ok' : 'unanswered')
  deps.metrics.signIns.inc({ way, outcome })
  if (outcome === 'ok' || TOLD_ELSEWHERE.includes(way)) return
  const members = { app: appId, way, reason: outcome, request_id: id }
  logSampled(deps, 'info', [String(appId), way, outcome], members, 'a sign-in was refused')
}
