/**
 * Bundles `src/cli.ts` into the release, `dist/`, and proves it on Node 24: `node scripts/build.ts`. The folder serves as it is on this machine, and
 * `npm pack ./dist` makes a package of it for any.
 *
 * `antiphon.js` starts `serve.js` for `serve`, and `cli.js` for every other command: ES modules for Node 24 and later, with every dependency inside. Text stays in memory, so the first has only what a server may need. It has all of that, for another
 * release may be put in its place while it runs; a command loads the parts that it needs, `part-….js`. Beside them is one for the threads that hash. Left outside: what is built into Node; what packages
 * try to load and do without; and what hashes passwords, which is machine code for one platform: in `dist/node_modules` that of this one, in the package
 * two dependencies, which npm chooses where it installs. The pages of the demo are built now and lie inside as text, with the SDK they use. The script of the page to read the API lies beside, packed.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { buildConsole } from '../console/build.ts'
import { buildAcme, buildClient, buildLarkspurId, buildNothing } from '../demo/server/assets.ts'
import { apiDocuments } from '../src/api-documents.ts'
import { scalarScript } from '../src/platform/api-page/script.ts'
import { packFiles } from '../src/platform/console-pages.ts'
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

/** The name of an OpenAPI document, which lies beside the release's modules and is read when somebody asks for it. */
const beside = (file: string) => `openapi-${file}`

const documentsBeside: Plugin = {
  name: 'documents-beside',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]api-documents\.ts$/ }, () => {
      const texts = apiDocuments.map(({ text: _, ...shown }) => {
        const read = `() => readFileSync(new URL('./${beside(shown.file)}', import.meta.url), 'utf8')`
        return `{ ...${JSON.stringify(shown)}, text: ${read} }`
      })
      return {
        contents: `import { readFileSync } from 'node:fs'\nexport const apiDocuments = [${texts.join(',')}]`,
        loader: 'js',
      }
    })
  },
}

/** The files of the console, which lie beside the release's modules, packed, and are read when one is asked for. */
const CONSOLE = 'console.json'

const consoleBeside: Plugin = {
  name: 'console-beside',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]console-files\.ts$/ }, () => ({
      contents: `import { readFile } from 'node:fs/promises'
        const read = async () => {
          const files = JSON.parse(await readFile(new URL('./${CONSOLE}', import.meta.url), 'utf8'))
          return new Map(files.map(([path, type, packed]) => [path, { type, packed: Buffer.from(packed, 'base64') }]))
        }
        // At once: another release may be put in the place of this one while it runs.
        const files = read()
        export const consoleFiles = () => files`,
      loader: 'js',
    }))
  },
}

/** Nobody is answered in the sentences of Zod's thirty languages, which are half of it. */
const zodWithoutLanguages: Plugin = {
  name: 'zod-without-languages',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      loader: 'js',
    }))
  },
}

/** Gives whoever loads a CommonJS package when it is needed the names that Node would give: of one in a part of its own esbuild gives the default alone. */
const namesOfPackages: Plugin = {
  name: 'names-of-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@?[a-z]/ }, ({ kind, path, namespace }) =>
      kind === 'dynamic-import' && namespace === 'file' ? { path, namespace: 'loaded-package' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'loaded-package' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^\w+$/.test(name))
      const others = names.filter((name) => name !== 'default').join(', ')
      const whole = names.includes('default') ? '\nexport default whole.default' : ''
      const contents = `import * as whole from ${JSON.stringify(path)}\nexport const { ${others} } = whole${whole}`
      return { contents, resolveDir: root }
    })
  },
}

const PLUGINS = [embedDemo, apiPageScriptBeside, documentsBeside, consoleBeside, zodWithoutLanguages]

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

export async function bundle(outfile: string): Promise<void> {
  await bundleModules(outfile)
  const native = join(dirname(outfile), 'node_modules', NATIVE)
  rmSync(native, { recursive: true, force: true })
  cpSync(join(root, 'node_modules', NATIVE), native, { recursive: true, dereference: true })
}

/** What `src/cli` loads for `serve`; what it loads for other commands is no part of its module. */
const OF_SERVE = /src[\\/](cli[\\/]serve(\.ts$|[\\/])|platform[\\/])/

const withoutOtherCommands: Plugin = {
  name: 'without-other-commands',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ kind, importer, path, resolveDir }) =>
      kind === 'dynamic-import' && /src[\\/]cli[\\/]/.test(importer) && !OF_SERVE.test(join(resolveDir, path))
        ? { path, namespace: 'other-commands' }
        : undefined,
    )
    onLoad({ filter: /./, namespace: 'other-commands' }, () => ({ contents: "throw new Error('no part of serve')" }))
  },
}

/** All but what is machine code. */
export async function bundleModules(outfile: string): Promise<void> {
  const folder = dirname(outfile)
  mkdirSync(folder, { recursive: true })
  const parts = [
    await bundleInto(folder, { entryPoints: { serve: 'src/cli.ts' }, plugins: [...PLUGINS, withoutOtherCommands] }),
    await bundleInto(folder, {
      entryPoints: { cli: 'src/cli.ts' },
      plugins: [...PLUGINS, namesOfPackages],
      splitting: true,
    }),
    await bundleInto(folder, { entryPoints: { 'hash-thread': 'src/core/passwords/hash-thread.ts' } }),
  ]
  const start = readFileSync(join(root, 'src/antiphon.js'), 'utf8')
  writeFileSync(
    outfile,
    Object.entries(OF_RELEASE).reduce((text, [of, to]) => text.replace(of, to), start),
  )
  chmodSync(outfile, 0o755)
  writeFileSync(join(folder, API_PAGE_SCRIPT), await scalarScript())
  for (const { file, text } of apiDocuments) writeFileSync(join(folder, beside(file)), text())
  const console = await buildConsole()
  const files = [...(await packFiles(console))].map(([path, { type, packed }]) => [
    path,
    type,
    packed.toString('base64'),
  ])
  writeFileSync(join(folder, CONSOLE), JSON.stringify(files))
  const read = [CONSOLE, API_PAGE_SCRIPT, ...apiDocuments.map(({ file }) => beside(file))]
  const inputs = [
    ...parts.flatMap(({ inputs }) => inputs),
    ...[...console.values()].flatMap(({ modules }) => modules.map((path) => relative(root, path))),
  ]
  const written = [...parts.flatMap(({ outputs }) => outputs), ...read]
  writePackage(root, folder, { bin: basename(outfile), files: written, inputs })
}

/** What stands in `antiphon.js` of the release in place of the sources'. */
const OF_RELEASE = {
  "SERVE = './cli.ts'": "SERVE = './serve.js'",
  "OTHERS = './cli.ts'": "OTHERS = './cli.js'",
  '../node_modules/.cache/antiphon': 'compiled',
}

/** Answers the names of what it wrote, and the paths, from the root, of what went in. */
async function bundleInto(folder: string, options: BuildOptions): Promise<{ outputs: string[]; inputs: string[] }> {
  const { metafile, outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    outdir: folder,
    chunkNames: 'part-[hash]',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Names stay, for whoever reads a stack.
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    legalComments: 'inline',
    external: [...TRIED, `${NATIVE}/*`],
    banner: { js: COMMON_JS },
    logLevel: 'warning',
    write: false,
    metafile: true,
  })
  for (const { path, text } of outputFiles) writeFileSync(path, inAscii(text))
  return { outputs: outputFiles.map(({ path }) => basename(path)), inputs: Object.keys(metafile.inputs) }
}

/** One character beyond Latin makes a text take twice the memory. esbuild leaves such in regular expressions, templates and comments. */
function inAscii(text: string): string {
  if (/\\[^\0-\x7f]/.test(text))
    throw new Error('a character beyond ASCII stands behind a backslash, which would become another')
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

if (import.meta.main) {
  const outfile = join(root, 'dist', 'antiphon.js')
  rmSync(dirname(outfile), { recursive: true, force: true })
  await bundle(outfile)
  await proveBundle(outfile)
}
