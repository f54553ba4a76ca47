/**
 * Bundles `src/cli.ts` into the release, `dist/antiphon.js`, and proves it on Node 24: `node scripts/build.ts`.
 *
 * One ES module for Node 24 and later, with every dependency inside. Left outside: what is built into Node, and `pg-native`, an optional
 * driver that is tried and not needed. The pages of the demo are built now and lie inside as text, with the SDK they use.
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { buildClient } from '../src/features/demo/assets.ts'
import { proveBundle } from './prove-bundle.ts'

const root = join(import.meta.dirname, '..')

/** Puts the demo's pages in the place of what would build them when it runs. */
const embedDemo: Plugin = {
  name: 'embed-demo',
  setup({ onLoad }) {
    onLoad({ filter: /features[\\/]demo[\\/]assets\.ts$/ }, async () => {
      const assets = JSON.stringify([...(await buildClient())])
      return { contents: `export const buildClient = async () => new Map(${assets})`, loader: 'js' }
    })
  },
}

/** What the CommonJS packages inside expect of the module around them. */
const COMMON_JS = `
import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)
const __filename = import.meta.filename
const __dirname = import.meta.dirname`

export async function bundle(outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: false,
    keepNames: true,
    legalComments: 'inline',
    external: ['pg-native'],
    banner: { js: COMMON_JS },
    plugins: [embedDemo],
    logLevel: 'warning',
  })
  chmodSync(outfile, 0o755)
}

if (import.meta.main) {
  const outfile = join(root, 'dist', 'antiphon.js')
  await bundle(outfile)
  await proveBundle(outfile)
}
