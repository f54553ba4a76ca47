import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import type { FastifyInstance } from '../../platform/http.ts'
import { type Asset, buildClient } from './assets.ts'
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

/** The demo: its pages, a pretend legacy app, a pretend bank and a mailbox. For development only: anybody may be anybody. */
export async function pages(server: FastifyInstance, deps: Deps): Promise<void> {
  server.get('/', (_request, reply) => reply.redirect('/demo/'))
  server.get('/demo', (_request, reply) => reply.redirect('/demo/'))
  server.get('/demo/mailbox', (_request, reply) => reply.redirect('/demo/mailbox/'))
  for (const [path, asset] of await buildClient()) serveAsset(server, path, asset)
  const antiphon = () => originOf(server, deps)
  serveLarkspur(server, deps, antiphon)
  await serveBank(server, deps, antiphon)
  serveMailbox(server, deps)
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
