/**
 * Bundles `src/cli.ts` into the release, `dist/`, and proves it on Node 24: `node scripts/build.ts`. The folder serves as it is on this machine, and
 * `npm pack ./dist` makes a package of it for any.
 *
 * `antiphon.js` starts `cli.js`, an ES module for Node 24 and later, with every dependency inside; beside it are one for the threads that hash, and one for the demo, which `serve` never loads. Left outside: what is built into Node; what packages
 * try to load and do without; and what hashes passwords, which is machine code for one platform: in `dist/node_modules` that of this one, in the package
 * two dependencies, which npm chooses where it installs. The pages of the demo are built now and lie inside as text, with the SDK they use. The script of the page to read the API lies beside, packed.
 */
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { buildAcme, buildClient, buildLarkspurId, buildNothing } from '../demo/server/assets.ts'
import { apiDocuments } from '../src/api-documents.ts'
import { scalarScript } from '../src/platform/api-page/script.ts'
import { writePackage } from './package.ts'
import { proveBundle } from './prove-bundle.ts'

const root = join(import.meta.dirname, '..')

/** Puts the demo's pages in the place of what would build them when it runs. */
const embedDemo: Plugin = {
  name: 'embed-demo',
  setup({ onLoad }) {
    onLoad({ filter: /demo[\\/]server[\\/]assets\.ts$/ }, async () => {
      const client = `export const buildClient = async () => new Map(${JSON.stringify([...(await buildClient())])})`
      const larkspurId = `export const buildLarkspurId = async () => (${JSON.stringify(await buildLarkspurId())})`
      const acme = `export const buildAcme = async () => (${JSON.stringify(await buildAcme())})`
      const nothing = `export const buildNothing = async () => ${JSON.stringify(await buildNothing())}`
      return { contents: [client, larkspurId, acme, nothing].join('\n'), loader: 'js' }
    })
  },
}

/** The script of the page to read the API: packed, beside the release's module, and read when somebody asks for the page. */
const API_PAGE_SCRIPT = 'api-page.js.gz'

const apiPageScriptBeside: Plugin = {
  name: 'api-page-script-beside',
  setup({ onLoad }) {
    onLoad({ filter: /platform[\\/]api-page[\\/]script\.ts$/ }, () => ({
      contents: `import { readFile } from 'node:fs/promises'
        export const scalarScript = () => readFile(new URL('./${API_PAGE_SCRIPT}', import.meta.url))`,
      loader: 'js',
    }))
  },
}

/** Puts the OpenAPI documents in the place of what would make them when the page asks for them. */
const embedDocuments: Plugin = {
  name: 'embed-documents',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]api-documents\.ts$/ }, () => {
      const texts = apiDocuments.map(
        ({ text, ...shown }) => `{ ...${JSON.stringify(shown)}, text: () => ${JSON.stringify(text())} }`,
      )
      return { contents: `export const apiDocuments = [${texts.join(',')}]`, loader: 'js' }
    })
  },
}

const DEMO = 'demo.js'

/** Keeps the demo out of the release's module: it lies beside it. */
const demoBeside: Plugin = {
  name: 'demo-beside',
  setup({ onResolve }) {
    onResolve({ filter: /demo[\\/]index\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${DEMO}`, external: true } : undefined,
    )
  },
}

/** What the CommonJS packages inside expect of the module around them. */
const COMMON_JS = `
import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)
const __filename = import.meta.filename
const __dirname = import.meta.dirname`

/** Packages of machine code, in one folder with the code itself, which npm installs for the platform it runs on. */
const NATIVE = '@node-rs'

/** What packages try to load and do without; the second is here for contributors alone. */
const TRIED = ['pg-native', 'supports-color']

const CLI = 'cli.js'

/** What runs in threads of its own: a file beside the release's, where `core/passwords/hashing.ts` looks for it. */
const HASH_THREAD = 'hash-thread.js'

export async function bundle(outfile: string): Promise<void> {
  await bundleModules(outfile)
  const native = join(dirname(outfile), 'node_modules', NATIVE)
  rmSync(native, { recursive: true, force: true })
  cpSync(join(root, 'node_modules', NATIVE), native, { recursive: true, dereference: true })
}

/** All but what is machine code. */
export async function bundleModules(outfile: string): Promise<void> {
  const beside = (name: string) => join(dirname(outfile), name)
  const parts = [
    await bundleOne('src/cli.ts', beside(CLI)),
    await bundleOne('src/core/passwords/hash-thread.ts', beside(HASH_THREAD)),
    await bundleOne('demo/index.ts', beside(DEMO)),
  ]
  writeFileSync(outfile, readFileSync(join(root, 'src/antiphon.js'), 'utf8').replace('./cli.ts', `./${CLI}`))
  chmodSync(outfile, 0o755)
  writeFileSync(beside(API_PAGE_SCRIPT), await scalarScript())
  const others = [CLI, HASH_THREAD, DEMO, API_PAGE_SCRIPT]
  writePackage(root, dirname(outfile), { bin: basename(outfile), files: others, inputs: parts.flat() })
}

/** Answers the paths, from the root, of what went in. */
async function bundleOne(entry: string, outfile: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // The text of the module stays in memory. Names stay, for whoever reads a stack.
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    legalComments: 'inline',
    external: [...TRIED, `${NATIVE}/*`],
    banner: { js: COMMON_JS },
    plugins: [embedDemo, demoBeside, apiPageScriptBeside, embedDocuments],
    logLevel: 'warning',
    metafile: true,
  })
  return Object.keys(metafile.inputs)
}

if (import.meta.main) {
  const outfile = join(root, 'dist', 'antiphon.js')
  rmSync(dirname(outfile), { recursive: true, force: true })
  await bundle(outfile)
  await proveBundle(outfile)
}
