import type {} from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Antiphon } from './antiphon.ts'
import { hookReader } from './hook.ts'
import type { LegacySession, LegacySessions } from './legacy.ts'
import { signInPhone } from './phone.ts'

export const HOOK_PATH = '/demo/legacy/validate'

const COOKIE = 'larkspur_session'

const loginBody = z.object({ name: z.string().trim().min(1).max(40) })

/** The pretend legacy app. */
export function serveLarkspur(server: FastifyInstance, antiphon: Antiphon, sessions: LegacySessions): void {
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
    const signedIn = await signInPhone(antiphon, session.token)
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
export function serveHook(scope: FastifyInstance, antiphon: Antiphon, sessions: LegacySessions): void {
  const readHookCall = hookReader(antiphon)
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  scope.post(HOOK_PATH, async (request, reply) => {
    const at = antiphon.now()
    const begun = performance.now()
    const keyId = String(request.headers['x-webhook-signature-key-id'] ?? '')
    const signature = String(request.headers['x-webhook-signature'] ?? '')
    const token = await readHookCall({ body: String(request.body), signature, keyId })
    if (token === undefined) return reply.code(403).send({ error: 'bad_signature' })
    const session = sessions.find(token)
    if (!session) return reply.code(401).send({ error: 'unknown_session' })
    sessions.update(session, { at, tookMs: performance.now() - begun, keyId })
    const { externalId, email, name } = session.person
    const identifiers = [{ type: 'email_address', value: email }]
    return { user: { external_id: externalId, identifiers, profile: { name } } }
  })
}
