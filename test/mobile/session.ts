import assert from 'node:assert/strict'
import type { Answer } from '../send.ts'
import { SdkError } from './cases.ts'
import { accessClaims, decode, errorOf, sessionShape } from './decode.ts'
import type { Platform } from './platform.ts'
import type { Request, Wire } from './wire.ts'

/** The session of a device: how it is opened, renewed, used and ended. */
export interface Session {
  finalize(challengeToken: string, verifier?: string): Promise<void>
  /** Nothing while the access token is good. */
  refresh(): Promise<void>
  /** Whatever the access token is: for a completed step-up, or to read its scopes again. Plain ones at the same time are one. */
  renew(stepUpToken?: string): Promise<void>
  /** With the access token, good or not; after a 401 once again with the next one. */
  bearer(request: Request, transmit: (request: Request) => Promise<Answer>): Promise<Answer>
  isFresh(): boolean
  /** The next `refresh` asks the server. */
  invalidate(): void
  logout(): Promise<void>
  wipe(): void
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/** Fails the call unless it was a success. */
export function succeeded(answer: Answer): Answer {
  if (answer.status >= 300) throw errorOf(answer)
  return answer
}

export function openSession(wire: Wire, platform: Platform): Session {
  const { device } = wire
  let renewing: Promise<void> | undefined

  function keep(answer: Answer): void {
    const { access_token: token, expires_at } = decode(sessionShape, succeeded(answer))
    accessClaims(token)
    const refreshToken = answer.headers.get('x-refresh-token')
    const expiresAt = answer.headers.get('x-refresh-token-expires-at')
    assert.ok(refreshToken, 'a session with a key travels in X-Refresh-Token')
    assert.match(expiresAt ?? '', RFC_3339)
    device.refreshToken = refreshToken
    device.refreshTokenExpiresAt = expiresAt ?? undefined
    device.access = { token, expiresAt: (expires_at + wire.skewOf(answer)) * 1000 }
  }

  const withRefreshToken = (request: Request): Request => ({
    ...request,
    headers: { 'x-refresh-token': device.refreshToken },
  })

  async function spend(stepUpToken?: string): Promise<void> {
    if (!device.refreshToken && !platform.refreshesWithoutToken) throw new SdkError('unauthorized')
    const body = stepUpToken === undefined ? {} : { body: { step_up_token: stepUpToken } }
    keep(await wire.proven(withRefreshToken({ path: '/refresh', ...body })))
  }

  async function renew(stepUpToken?: string): Promise<void> {
    if (stepUpToken !== undefined) {
      await renewing
      return await spend(stepUpToken)
    }
    renewing ??= spend().finally(() => {
      renewing = undefined
    })
    await renewing
  }

  function invalidate(): void {
    if (device.access) device.access = { ...device.access, expiresAt: 0 }
  }

  function wipe(): void {
    device.key = undefined
    device.nonce = undefined
    device.skewSeconds = 0
    device.refreshToken = undefined
    device.refreshTokenExpiresAt = undefined
    device.access = undefined
    wire.jar.clear()
  }

  const isFresh = () => device.access !== undefined && device.access.expiresAt > wire.now()
  const authorized = (request: Request): Request => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${device.access?.token ?? ''}`.trim() },
  })

  return {
    renew,
    invalidate,
    wipe,
    isFresh,
    async finalize(challengeToken, verifier) {
      const body = { challenge_token: challengeToken, ...(verifier !== undefined && { code_verifier: verifier }) }
      keep(await wire.proven(withRefreshToken({ path: '/login/finalize', body })))
    },
    async refresh() {
      if (!isFresh()) await renew()
    },
    async bearer(request, transmit) {
      const before = device.access?.token
      const answer = await transmit(authorized(request))
      if (answer.status !== 401) return answer
      if (!platform.noticesNewToken || device.access?.token === before) {
        invalidate()
        try {
          await renew()
        } catch {
          return answer
        }
      }
      return await transmit(authorized(request))
    },
    async logout() {
      const request = withRefreshToken({ path: '/revoke' })
      const proof = wire.prove(request)
      const isIn = device.key !== undefined && device.refreshToken !== undefined
      wipe()
      if (isIn) succeeded(await wire.exchange({ ...request, headers: { dpop: proof, ...request.headers } }))
    },
  }
}
