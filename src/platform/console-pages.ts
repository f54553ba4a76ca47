import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { FastifyInstance } from './http.ts'

/** A file of the console. */
export interface ConsoleFile {
  /** Content type. */
  readonly type: string
  /** Packed by gzip. */
  readonly packed: Buffer
}

/** Pack files as they are served. */
export async function packFiles(
  files: ReadonlyMap<string, { readonly type: string; readonly body: Uint8Array }>,
): Promise<Map<string, ConsoleFile>> {
  const packed = [...files].map(
    async ([path, { type, body }]) => [path, { type, packed: await promisify(gzip)(body) }] as const,
  )
  return new Map(await Promise.all(packed))
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const NOBODY = [
  'accelerometer',
  'camera',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': [
    ...NOBODY.map((feature) => `${feature}=()`),
    'publickey-credentials-get=(self)',
    'publickey-credentials-create=(self)',
  ].join(', '),
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const

const INDEX = '/index.html'
/** Their names change with what is in them. */
const HASHED = /^\/assets\//
const FOREVER = 'public, max-age=31536000, immutable'

/** Serve the files of the console; every other address is a page of it, which its script shows. */
export async function consolePages(
  server: FastifyInstance,
  files: () => Promise<ReadonlyMap<string, ConsoleFile>>,
): Promise<void> {
  await server.register(async (scope) => {
    scope.get('/*', async ({ url, headers }, reply) => {
      const [path = ''] = url.split('?', 1)
      if (/^\/(v2|console)\//.test(path)) return reply.callNotFound()
      const all = await files()
      const found = all.get(path)
      const file = found ?? (HASHED.test(path) ? undefined : all.get(INDEX))
      if (!file) return reply.callNotFound()
      reply.headers(HEADERS).type(file.type).header('vary', 'Accept-Encoding')
      reply.header('cache-control', found && HASHED.test(path) ? FOREVER : 'no-store')
      const takesGzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))
      return takesGzip
        ? reply.header('content-encoding', 'gzip').send(file.packed)
        : reply.send(await promisify(gunzip)(file.packed))
    })
  })
}
