import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { ACME_PATH, openAcme } from './acme.ts'
import type { Antiphon } from './antiphon.ts'
import { type Asset, buildAcme, buildClient } from './assets.ts'
import { openBank } from './bank.ts'
import { legacySessions } from './legacy.ts'
import { serveAcme } from './serve-acme.ts'
import { serveBank } from './serve-bank.ts'
import { serveHook, serveLarkspur } from './serve-larkspur.ts'
import { serveMailbox } from './serve-mailbox.ts'

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

/** `others`: what else knows Acme. The demo: its pages, a pretend legacy app, a pretend bank, the login of a pretend company, and a mailbox. For development only: anybody may be anybody. */
export async function demoPages(
  server: FastifyInstance,
  antiphon: Antiphon,
  others: readonly Antiphon[] = [],
): Promise<void> {
  server.get('/', (_request, reply) => reply.redirect('/demo/'))
  server.get('/demo', (_request, reply) => reply.redirect('/demo/'))
  server.get('/demo/mailbox', (_request, reply) => reply.redirect('/demo/mailbox/'))
  server.get('/demo/acme', (_request, reply) => reply.redirect(ACME_PATH))
  const [assets, bank, acme, acmePages] = await Promise.all([
    buildClient(),
    openBank(antiphon),
    openAcme(antiphon.now),
    buildAcme(),
  ])
  for (const [path, asset] of assets) serveAsset(server, path, asset)
  const sessions = legacySessions()
  serveLarkspur(server, antiphon, sessions)
  serveBank(server, bank)
  serveMailbox(server, antiphon)
  await server.register(async (scope) => serveHook(scope, antiphon, sessions))
  await server.register(async (scope) => serveAcme(scope, antiphon, others, acme, acmePages))
}

function serveAsset(server: FastifyInstance, path: string, { type, body }: Asset) {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
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
