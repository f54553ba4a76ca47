import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { ACME_PATH, openAcme } from './acme.ts'
import type { Antiphon } from './antiphon.ts'
import { type Asset, buildAcme, buildClient, buildNothing } from './assets.ts'
import { openBank } from './bank.ts'
import { legacySessions } from './legacy.ts'
import { serveAcme } from './serve-acme.ts'
import { serveBank } from './serve-bank.ts'
import { serveHook, serveLarkspur } from './serve-larkspur.ts'
import { serveMailbox } from './serve-mailbox.ts'
import { serveNothing } from './serve-nothing.ts'
import { servePutBack } from './serve-put-back.ts'

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
  const [assets, bank, acme, acmePages, nothing] = await Promise.all([
    buildClient(),
    openBank(antiphon),
    openAcme(antiphon.now),
    buildAcme(),
    buildNothing(),
  ])
  for (const [path, asset] of assets) serveAsset(server, path, asset)
  const sessions = legacySessions()
  serveLarkspur(server, antiphon, sessions)
  serveBank(server, bank)
  serveMailbox(server, antiphon)
  servePutBack(server, antiphon)
  serveNothing(server, nothing, CONTENT_SECURITY_POLICY)
  await server.register(async (scope) => serveHook(scope, antiphon, sessions))
  await server.register(async (scope) => serveAcme(scope, antiphon, others, acme, acmePages))
}

/** Packed where the browser takes it. Files only: nothing in them is secret, so their length betrays nothing (BREACH). */
function serveAsset(server: FastifyInstance, path: string, { type, body }: Asset) {
  const hash = createHash('sha256').update(body).digest('base64url')
  const plain = { body, etag: `"${hash}"` }
  const packed = { body: gzipSync(body, { level: 9 }), etag: `"${hash}.gz"` }
  server.get(path, ({ headers }, reply) => {
    const isPacked = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))
    const { body, etag } = isPacked ? packed : plain
    reply.headers({
      'cache-control': 'no-cache',
      etag,
      vary: 'Origin, Accept-Encoding',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cross-origin-resource-policy': 'same-origin',
    })
    if (headers['if-none-match'] === etag) return reply.code(304).send()
    if (isPacked) reply.header('content-encoding', 'gzip')
    return reply.type(type).send(body)
  })
}
