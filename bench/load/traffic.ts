import type { webcrypto } from 'node:crypto'
import type { Caller } from './caller.ts'
import { headerOf } from './connection.ts'
import { ProofPool } from './proofs.ts'
import { forwardedFor, get, post, stringMember, unexpected } from './request.ts'
import { finalize, migration } from './sign-in.ts'
import { type Credentials, otpLogin, passwordLogin, providerLogin } from './ways-in.ts'

/** A session the generator keeps alive: its current refresh token and the DPoP key it is bound to. */
export type SeededSession = { readonly refreshToken: string; readonly privateJwk: webcrypto.JsonWebKey }

/** A key, and refresh tokens of sessions that are bound to it. */
export type Owner = { readonly privateJwk: webcrypto.JsonWebKey; readonly refreshTokens: readonly string[] }

/** What the generator sends. `host` is the authority that the client dials. */
export type Traffic =
  | { kind: 'refresh'; host: string; sessions: readonly SeededSession[] }
  | { kind: 'refresh-many'; host: string; owners: readonly Owner[] }
  | { kind: 'migration'; host: string; pool: string }
  | { kind: 'finalize'; host: string; pool: string }
  | { kind: 'otp-login'; host: string }
  | { kind: 'password-login'; host: string; people: readonly Credentials[] }
  | { kind: 'provider-login'; host: string; returnTo: string }
  | { kind: 'oauth-refresh'; host: string; path: string; clientId: string; sessions: readonly SeededSession[] }
  | { kind: 'session-cookie'; host: string; path: string; cookies: readonly string[] }
  | { kind: 'read'; host: string; headers: string; paths: readonly string[]; maxBytes: number }
  | { kind: 'post-json'; host: string; path: string; body: object }

const REFRESH_PATH = '/v1/session/refresh'

/** The client number `index` of a traffic; each owns one session. */
export function callerFor(traffic: Traffic, index: number): Caller {
  switch (traffic.kind) {
    case 'refresh':
      return refresh(traffic.host, index, nth(traffic.sessions, index))
    case 'refresh-many':
      return refreshMany(traffic.host, index, nth(traffic.owners, index))
    case 'migration':
      return migration(traffic.host, traffic.pool)
    case 'finalize':
      return finalize(traffic.host, traffic.pool)
    case 'otp-login':
      return otpLogin(traffic.host)
    case 'password-login':
      return passwordLogin(traffic.host, nth(traffic.people, index))
    case 'provider-login':
      return providerLogin(traffic.host, traffic.returnTo, index)
    case 'oauth-refresh':
      return oauthRefresh(traffic.host, traffic.path, traffic.clientId, nth(traffic.sessions, index))
    case 'session-cookie':
      return sessionCookie(traffic.host, traffic.path, nth(traffic.cookies, index))
    case 'read':
      return read(traffic, index)
    case 'post-json':
      return postJson(traffic.host, traffic.path, traffic.body)
  }
}

const refresh = (host: string, index: number, { privateJwk, refreshToken }: SeededSession): Caller =>
  refreshMany(host, index, { privateJwk, refreshTokens: [refreshToken] })

/** Refreshes one session after the other, and then the first again. */
function refreshMany(host: string, index: number, { privateJwk, refreshTokens }: Owner): Caller {
  const proofs = new ProofPool(privateJwk, 'POST', `http://${host}${REFRESH_PATH}`)
  const forwarded = forwardedFor(index)
  const current = [...refreshTokens]
  let turn = 0
  return {
    prepare: (requests) => proofs.prepare(requests),
    late: () => proofs.signedLate,
    request: () =>
      post(host, REFRESH_PATH, `${forwarded}DPoP: ${proofs.take()}\r\nX-Refresh-Token: ${nth(current, turn)}\r\n`, ''),
    settle(answer) {
      const next = headerOf(answer.head, 'x-refresh-token')
      if (answer.status !== 200 || !next || next === current[turn]) return unexpected(answer)
      current[turn] = next
      turn = (turn + 1) % current.length
      return undefined
    },
  }
}

function oauthRefresh(host: string, path: string, clientId: string, session: SeededSession): Caller {
  const proofs = new ProofPool(session.privateJwk, 'POST', `http://${host}${path}`)
  let refreshToken = session.refreshToken
  return {
    prepare: (requests) => proofs.prepare(requests),
    late: () => proofs.signedLate,
    request() {
      const headers = `Content-Type: application/x-www-form-urlencoded\r\nDPoP: ${proofs.take()}\r\n`
      const body = `grant_type=refresh_token&client_id=${clientId}&refresh_token=${refreshToken}`
      return post(host, path, headers, body)
    },
    settle(answer) {
      const next = stringMember(answer.body, 'refresh_token')
      if (answer.status !== 200 || !next) return unexpected(answer)
      refreshToken = next
      return undefined
    },
  }
}

function sessionCookie(host: string, path: string, cookie: string): Caller {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`
  return {
    prepare() {},
    late: () => 0,
    request: () => request,
    settle: (answer) => (answer.status === 200 && answer.body.includes('"userId"') ? undefined : unexpected(answer)),
  }
}

/** Reads one path after the other. */
function read({ host, headers, paths, maxBytes }: Extract<Traffic, { kind: 'read' }>, index: number): Caller {
  let turn = index
  return {
    prepare() {},
    late: () => 0,
    request: () => get(host, nth(paths, turn++ % paths.length), headers),
    settle: (answer) => (answer.status === 200 && answer.body.length <= maxBytes ? undefined : unexpected(answer)),
  }
}

function postJson(host: string, path: string, body: object): Caller {
  const request = post(host, path, 'Content-Type: application/json\r\n', JSON.stringify(body))
  return {
    prepare() {},
    late: () => 0,
    request: () => request,
    settle: (answer) => (answer.status === 200 ? undefined : unexpected(answer)),
  }
}

function nth<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`only ${items.length} seeded; client ${index} has none`)
  return item
}
