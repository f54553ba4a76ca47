import { z } from 'zod'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import type { FastifyInstance } from '../../platform/http.ts'
import { type Asset, buildClient } from './assets.ts'
import { readHookCall } from './hook.ts'
import { type LegacySession, legacySessions } from './legacy.ts'
import { signInPhone } from './phone.ts'

const COOKIE = 'larkspur_session'

/** Everything from here, nothing inline; WebAssembly and its `data:` address are the SDK's. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The demo: a page, and the pretend legacy app whose users it moves. For development only: anybody may be anybody. */
export async function pages(server: FastifyInstance, deps: Deps): Promise<void> {
  server.get('/', (_request, reply) => reply.redirect('/demo/'))
  server.get('/demo', (_request, reply) => reply.redirect('/demo/'))
  for (const [path, asset] of await buildClient()) serveAsset(server, path, asset)
  const antiphon = () => originOf(server, deps)
  serveLegacyApp(server, deps, antiphon)
  await server.register(async (scope) => serveHook(scope, deps, antiphon))
}

function serveAsset(server: FastifyInstance, path: string, { type, body }: Asset) {
  const etag = `"${encode(sha256(body))}"`
  server.get(path, (request, reply) => {
    reply.headers({
      'cache-control': 'no-cache',
      etag,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cross-origin-resource-policy': 'same-origin',
    })
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(body)
  })
}

/** Where this very server answers, for those of the demo that play somebody else. */
function originOf(server: FastifyInstance, deps: Deps): string {
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return `${deps.config.tls ? 'https' : 'http'}://localhost:${port}`
}

const loginBody = z.object({ name: z.string().trim().min(1).max(40) })

function serveLegacyApp(server: FastifyInstance, deps: Deps, antiphon: () => string) {
  const sessions = legacySessions(deps)
  const options = { path: '/', secure: true, sameSite: 'lax' } as const

  server.post('/demo/legacy/login', async (request, reply) => {
    const { success, data } = loginBody.safeParse(request.body)
    if (!success) return reply.code(400).send({ error: 'bad_name' })
    const session = sessions.start(data.name)
    return reply.setCookie(COOKIE, session.token, options).send(view(session))
  })
  server.get('/demo/legacy/me', async (request, reply) => {
    const session = sessions.find(request.cookies[COOKIE] ?? '')
    return session ? view(session) : reply.code(401).clearCookie(COOKIE, options).send({ error: 'signed_out' })
  })
  server.post('/demo/legacy/logout', async (request, reply) => {
    sessions.end(request.cookies[COOKIE] ?? '')
    return reply.code(204).clearCookie(COOKIE, options).send()
  })
  server.post('/demo/phone', async (request, reply) => {
    const session = sessions.find(request.cookies[COOKIE] ?? '')
    if (!session) return reply.code(401).send({ error: 'signed_out' })
    const signedIn = await signInPhone(deps, antiphon(), session.token)
    return signedIn ? reply.code(204).send() : reply.code(502).send({ error: 'refused' })
  })
}

const view = ({ person, lastCheck }: LegacySession) => ({
  name: person.name,
  email: person.email,
  external_id: person.externalId,
  last_check: lastCheck ? { at: lastCheck.at, took_ms: lastCheck.tookMs, key_id: lastCheck.keyId } : null,
})

/** The migration hook. In a scope of its own, where a body stays the text that was signed. */
function serveHook(scope: FastifyInstance, deps: Deps, antiphon: () => string) {
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  scope.post('/demo/legacy/validate', async (request, reply) => {
    const at = deps.now()
    const keyId = String(request.headers['x-webhook-signature-key-id'] ?? '')
    const signature = String(request.headers['x-webhook-signature'] ?? '')
    const token = await readHookCall(deps, antiphon(), { body: String(request.body), signature, keyId })
    if (token === undefined) return reply.code(403).send({ error: 'bad_signature' })
    const session = legacySessions(deps).find(token)
    if (!session) return reply.code(401).send({ error: 'unknown_session' })
    legacySessions(deps).update(session, { at, tookMs: deps.now() - at, keyId })
    const { externalId, email, name } = session.person
    const identifiers = [{ type: 'email_address', value: email }]
    return { user: { external_id: externalId, identifiers, profile: { name } } }
  })
}
