import { withoutPort } from '../../src/core/applications/application.ts'
import { type ApplicationChange, updateApplicationHosts } from '../../src/core/applications/store.ts'
import { application, login, type TestApp, user } from '../builders.ts'
import { send } from '../send.ts'
import { selfSignedCertificate } from '../tls.ts'
import { type World, world } from '../world.ts'
import { AUDIENCE } from './page.ts'
import { foreignTokens, forgeries } from './tokens.ts'

export type Algorithm = 'EdDSA' | 'ES256' | 'RS256'

/** Of the tokens, which must outlive a slow test. */
const LIFETIME_SECONDS = 600

export interface Stage {
  readonly w: World
  readonly app: TestApp
  readonly alg: Algorithm
  /** Access tokens to take, both with the scope `orders:read`: of a session bound to a key, and of one kept by a cookie. */
  readonly good: Readonly<Record<'bound' | 'cookie', string>>
  /** One that is good, without any scope. */
  readonly withoutScope: string
  /** Tokens to refuse, by what is wrong with them. */
  readonly bad: Readonly<Record<string, string>>
  /** A proof (DPoP) by the key of the bound session for reading `url` with the bound token. */
  proof(url: string, ath: string): Promise<string>
}

/** An application with the settings of the guide, the default one of a server with TLS, and its tokens at the time that it is. */
export async function openStage(alg: Algorithm, change: object = {}): Promise<Stage> {
  const { cert, key } = await selfSignedCertificate()
  const past = 2 * LIFETIME_SECONDS * 1000
  const w = await world('sqlite', { config: { tls: { cert, key } }, wallClock: Date.now() - past })
  const host = `localhost:${new URL(w.address).port}`
  const sessions = {
    issuer_form: 'url',
    audience: AUDIENCE,
    access_token_algorithm: alg,
    access_token_lifetime_seconds: LIFETIME_SECONDS,
    ...change,
  }
  const app = await reachedAt(w, host, { settings: { sessions } })
  const reader = await user(w, app, { scopes: ['orders:read'] })
  const expired = (await login(w, app, reader)).accessToken
  w.advance(past)
  const client = await login(w, app, reader)
  const good = { bound: client.accessToken, cookie: (await login(w, app, reader, 'cookie')).accessToken }
  const bad = {
    expired,
    ...(await foreignTokens(w, app, sessions, reader)),
    ...(await forgeries(app, good.cookie, alg)),
  }
  const withoutScope = (await login(w, app, await user(w, app), 'cookie')).accessToken
  const proof = (url: string, ath: string) => client.key?.proof(url, { method: 'GET', claims: { ath } }) ?? ''
  return { w, app, alg, good, withoutScope, bad, proof: async (url, ath) => await proof(url, ath) }
}

/** An application that verifiers reach at the address of the server itself. */
async function reachedAt(w: World, host: string, change: ApplicationChange): Promise<TestApp> {
  const origin = `https://${host}`
  const app = await application(w, { ...change, publicOrigins: [origin] })
  await w.deps.transact((tx) => updateApplicationHosts(tx, app.id, [withoutPort(host)]))
  const call: TestApp['call'] = (path, call = {}) => send(w, path, { ...call, headers: { host, ...call.headers } })
  return { ...app, host, origin, call }
}
