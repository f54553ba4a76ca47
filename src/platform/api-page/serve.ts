import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyInstance } from '../http.ts'
import { ICON, renderPage, type Shown, startScript } from './page.ts'
import { scalarScript } from './script.ts'

/** A document that is made when it is first asked for. */
export interface ApiDocument extends Shown {
  /** JSON. */
  text(): string
}

/** Scripts and everything else from here, framed by nobody. Styles may be inline: Scalar writes some into the page as it goes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
} as const

/**
 * The page to read the API, at `/docs/`: our own documents, shown by Scalar. All of it comes from this process, so it works without any other
 * network. `isForbidden`: whether a host is one where there is no such page.
 */
export async function apiPages(
  server: FastifyInstance,
  documents: readonly ApiDocument[],
  isForbidden: (host: string) => Promise<boolean>,
): Promise<void> {
  const script = once(scalarScript)
  await server.register(async (scope) => {
    scope.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
      reply.headers(HEADERS)
      if (await isForbidden(host)) return reply.code(404).type('text/plain').send('There is nothing at this address.')
    })
    scope.get('/docs', (_request, reply) => reply.redirect('/docs/'))
    scope.get('/docs/scalar.js', async ({ headers }, reply) => {
      const packed = await script()
      reply.type('text/javascript; charset=utf-8').header('vary', 'Origin, Accept-Encoding')
      if (/\bgzip\b/.test(String(headers['accept-encoding'] ?? '')))
        return reply.header('content-encoding', 'gzip').send(packed)
      return reply.send(await promisify(gunzip)(packed))
    })
    const texts = [
      ['', 'text/html; charset=utf-8', () => renderPage(documents)],
      ['start.js', 'text/javascript; charset=utf-8', () => startScript(documents)],
      ['icon.svg', 'image/svg+xml', () => ICON],
      ...documents.map(({ file, text }) => [file, 'application/json; charset=utf-8', text] as const),
    ] as const
    for (const [name, type, make] of texts) {
      const text = once(make)
      scope.get(`/docs/${name}`, (_request, reply) => reply.type(type).send(text()))
    }
  })
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
