import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { FastifyInstance } from '../../src/platform/http.ts'

/** What the SDK needs, in the page and in its worker: scripts, WebAssembly out of a `data:` URL, the API. */
const CONTENT_SECURITY_POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src https: data:`

const PAGE = '<!doctype html><title>Page</title><link rel=icon href=data:,><script type=module src=/page.js></script>'

let scripts: Promise<Record<string, string>> | undefined

/**
 * The page's script with the SDK in it, and the SDK's worker, which it looks for beside itself; what a page with passkeys loads besides. Made once
 * per process.
 */
function bundle(): Promise<Record<string, string>> {
  scripts ??= (async () => {
    const sdk = import.meta.resolve('@prelude.so/js-sdk/session')
    const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
    const webauthn = fileURLToPath(import.meta.resolve('@simplewebauthn/browser'))
    const entryPoints = { page: here('page.ts'), proof: here('../../demo/client/proof.ts'), webauthn }
    const built = await build({
      entryPoints,
      outdir: '/',
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'error',
    })
    const files = built.outputFiles.map(({ path, text }) => [`/${basename(path)}`, text])
    const worker = await readFile(new URL('core-worker.js', sdk), 'utf8')
    return { ...Object.fromEntries(files), '/core-worker.js': worker }
  })()
  return scripts
}

/** Serves a page that uses the SDK, at `/`. */
export async function servePage(server: FastifyInstance): Promise<void> {
  const files = Object.entries({ '/': PAGE, ...(await bundle()) })
  for (const [path, text] of files) {
    const type = path === '/' ? 'text/html' : 'text/javascript'
    server.get(path, (_request, reply) =>
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type(type).send(text),
    )
  }
}
