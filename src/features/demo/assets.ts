import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface Asset {
  /** Content type. */
  readonly type: string
  readonly body: string
}

const client = new URL('client/', import.meta.url)

/** The page and what it loads, by path: bundled from `client/`, with the SDK and its worker as they are published. */
export async function buildClient(): Promise<Map<string, Asset>> {
  const sdk = import.meta.resolve('@prelude.so/js-sdk/session')
  const { script, style } = await bundle()
  return new Map<string, Asset>([
    ['/demo/', { type: 'text/html; charset=utf-8', body: await readFile(new URL('index.html', client), 'utf8') }],
    ['/demo/main.js', { type: 'text/javascript; charset=utf-8', body: script }],
    ['/demo/style.css', { type: 'text/css; charset=utf-8', body: style }],
    ['/demo/icon.svg', { type: 'image/svg+xml', body: await readFile(new URL('icon.svg', client), 'utf8') }],
    // The SDK looks for its worker next to the script that it became part of.
    [
      '/demo/core-worker.js',
      { type: 'text/javascript; charset=utf-8', body: await readFile(new URL('core-worker.js', sdk), 'utf8') },
    ],
  ])
}

async function bundle(): Promise<{ script: string; style: string }> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'style.css'].map((file) => fileURLToPath(new URL(file, client))),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    outdir: '/',
    logLevel: 'silent',
  })
  const text = (extension: string) => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? ''
  return { script: text('.js'), style: text('.css') }
}
