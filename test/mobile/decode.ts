import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Answer } from '../send.ts'
import { SdkError } from './cases.ts'

const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const MAX_ERROR_BYTES = 4096

/** A text that is there and not empty. */
const text = z.string().min(1)
/** RFC 3339 in UTC, to the second: what every date parser takes. */
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)

const errorShape = z.object({ code: text, type: text, message: text, request_id: text })

/** Asserts what holds for every answer, whoever asked: `Date`, JSON where there is a body, a code where there is an error. */
export function assertConforms(answer: Answer): void {
  const { status, headers, body } = answer
  assert.match(headers.get('date') ?? '', IMF_FIXDATE)
  if (status === 204) {
    assert.equal(body, '')
    return
  }
  assert.match(headers.get('content-type') ?? '', /^application\/json\b/)
  assert.equal(typeof body, 'object', `${status} is no JSON`)
  if (status >= 300) {
    errorShape.parse(body)
    assert.ok(Buffer.byteLength(JSON.stringify(body)) <= MAX_ERROR_BYTES, 'the retries read errors of 4 KiB at most')
  }
}

export function errorOf({ status, body }: Answer): SdkError {
  const code = typeof body?.code === 'string' ? body.code : `http_${status}`
  return new SdkError(code, { status, message: body?.message })
}

/** The body of a success. A member that is missing, null or of another type fails the call. */
export function decode<T>(shape: z.ZodType<T>, { status, body }: Answer): T {
  const parsed = shape.safeParse(body)
  if (!parsed.success) throw new SdkError('decoding_failed', { status, message: z.prettifyError(parsed.error) })
  return parsed.data
}

export const sessionShape = z.object({ access_token: z.string(), expires_at: z.int().positive() })

export const compliancyShape = z.object({
  min_length: z.int(),
  max_length: z.int(),
  uppercase: z.int(),
  lowercase: z.int(),
  numbers: z.int(),
  symbols: z.int(),
})

export const sessionListShape = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      device_model: z.string(),
      device_type: z.enum(['desktop', 'mobile', 'tablet', 'unknown']),
      os_version: z.string(),
      country_code: z.string(),
      created_at: time,
      last_seen_at: time,
      expires_at: time,
    }),
  ),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
})

/** The only shape of these that no SDK reads: apps ask for it themselves. */
export const identifierListShape = z.object({
  identifiers: z.array(z.object({ type: z.enum(['email_address', 'phone_number']), value: text })),
})

/** Of an answer that has to hold a challenge token. */
export function challengeTokenOf({ body }: Answer): string {
  const token = body?.challenge_token
  if (typeof token !== 'string' || token === '') throw new SdkError('missing_challenge_token')
  return token
}

const authorizeShape = z.object({ authorization_url: z.string() })

/** Where the browser is sent to: an absolute URL. */
export function authorizationUrlOf(answer: Answer): string {
  const { authorization_url: url } = decode(authorizeShape, answer)
  if (!URL.canParse(url)) throw new SdkError('invalid_authorization_url')
  return url
}

export const accessClaimsShape = z.object({ sub: text, sid: text, scope: z.string().optional() })

const challengeClaimsShape = z.object({ challenge_id: text, current_step: text, jti: text, exp: z.int() })

/** The claims of a step-up's challenge token, which a mobile SDK has to be able to read. */
export function challengeClaims(token: string) {
  const parsed = challengeClaimsShape.safeParse(readJwt(token))
  if (!parsed.success) throw new SdkError('invalid_challenge_token', { message: z.prettifyError(parsed.error) })
  return parsed.data
}

const grantShape = z.object({
  grant_mode: z.string().optional(),
  metadata: z.object({ oauth_email: z.string().optional() }).optional(),
})

/** The address that a code has to prove before the token of a login by a provider is one; undefined when it logs in as it is. */
export function linkedAddressOf(token: string): string | undefined {
  const parsed = grantShape.safeParse(readJwt(token))
  if (!parsed.success) throw new SdkError('invalid_challenge_token', { message: z.prettifyError(parsed.error) })
  const { grant_mode, metadata } = parsed.data
  return grant_mode === 'oauth-email-link' ? (metadata?.oauth_email ?? '') : undefined
}

export function accessClaims(token: string) {
  if (token === '') throw new SdkError('missing_access_token')
  const parsed = accessClaimsShape.safeParse(readJwt(token))
  if (!parsed.success) throw new SdkError('invalid_access_token', { message: z.prettifyError(parsed.error) })
  return parsed.data
}

/** The payload of a JWT with three parts, of which header and payload are JSON; undefined for anything else. */
function readJwt(token: string): unknown {
  const parts = token.split('.')
  if (parts.length !== 3 || parts.includes('')) return undefined
  try {
    const [, payload] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    return payload
  } catch {
    return undefined
  }
}

const statusShape = z.object({ status: z.string() })

/** What a request for a scope comes to: the challenge to complete, or `blocked`. A mobile SDK takes no grant without a step. */
export function stepUpOf(answer: Answer): { kind: 'challenge'; status: string; token: string } | { kind: 'blocked' } {
  const { status } = decode(statusShape, answer)
  if (status === 'block') return { kind: 'blocked' }
  if (status !== 'continue' && status !== 'review') throw new SdkError('unknown_stepup_status')
  const token = challengeTokenOf(answer)
  if (challengeClaims(token).current_step === 'completed') throw new SdkError('invalid_challenge_token')
  return { kind: 'challenge', status, token }
}
