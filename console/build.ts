/** Builds the console: what a server has to show, by path. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { transformAsync } from '@babel/core'
import { getConfig } from '@lingui/conf'
import { lingui } from '@lingui/vite-plugin'
import react from '@vitejs/plugin-react'
import { build, type Plugin, type Rolldown } from 'vite'

export interface Asset {
  /** Content type. */
  readonly type: string
  readonly body: Buffer
  /** Absolute paths of the modules that went in. */
  readonly modules: readonly string[]
}

const root = import.meta.dirname

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const VENDOR = /node_modules[\\/](react|react-dom|scheduler|@lingui|@tanstack[\\/](?!.*table))/

/** `/index.html`, which is shown at every path that is no file and no operation, and `/assets/…`, whose names change with what is in them. */
export async function buildConsole(): Promise<Map<string, Asset>> {
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [macros, react(), lingui({ cwd: root, failOnMissing: true, failOnCompileError: true }), schemas],
    build: {
      write: false,
      target: 'es2024',
      // Under the policy of the console, nothing may stand in the page itself.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          chunkFileNames: nameOf,
          assetFileNames: 'assets/[name]-[hash][extname]',
          // What every visit needs packs better in one, and stays in a browser from release to release.
          codeSplitting: { groups: [{ name: 'vendor', test: VENDOR }] },
        },
      },
    },
  })) as Rolldown.RolldownOutput
  return new Map(built.output.map((file) => [`/${file.fileName}`, assetOf(file)]))
}

/** Catalogs are called after their language, everything else after its first module. */
function nameOf({ facadeModuleId }: { facadeModuleId?: string | null | undefined }): string {
  const [, locale] = /locales[\\/](\w+)[\\/][\w-]+\.po$/.exec(facadeModuleId ?? '') ?? []
  return locale ? `assets/words-${locale}-[name]-[hash].js` : 'assets/[name]-[hash].js'
}

function assetOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk): Asset {
  const type = TYPES[file.fileName.split('.').at(-1) ?? '']
  if (!type) throw new Error(`${file.fileName} is of no type that the console is served with`)
  if (file.type === 'asset') return { type, body: Buffer.from(file.source), modules: [] }
  return { type, body: Buffer.from(file.code), modules: file.moduleIds }
}

/** Writes the macros of the words out by Babel: Lingui's own transform is machine code, which npm leaves out where a machine has an older Node than ours. */
const macros: Plugin = {
  name: 'macros',
  enforce: 'pre',
  async transform(code, id) {
    if (!/\.tsx?$/.test(id) || !/from '@lingui\/\w+\/macro'/.test(code)) return undefined
    const written = await transformAsync(code, {
      filename: id,
      configFile: false,
      babelrc: false,
      parserOpts: { plugins: ['typescript', 'jsx'] },
      plugins: [['@lingui/babel-plugin-lingui-macro', { linguiConfig: getConfig({ cwd: root }) }]],
    })
    return written?.code ?? undefined
  },
}

const SCHEMA = 'virtual:schema/'

/** `import schema from 'virtual:schema/PasskeyConfigInput'`: a schema of the management API, with those it refers to put in. */
const schemas: Plugin = {
  name: 'schemas',
  resolveId: (id) => (id.startsWith(SCHEMA) ? `\0${id}` : undefined),
  async load(id) {
    if (!id.startsWith(`\0${SCHEMA}`)) return undefined
    const file = join(root, '../docs/api/management.json')
    this.addWatchFile(file)
    const all = JSON.parse(await readFile(file, 'utf8')).components.schemas as Record<string, unknown>
    const name = id.slice(SCHEMA.length + 1)
    if (!all[name]) throw new Error(`the management API has no schema ${name}`)
    return `export default ${JSON.stringify(putIn(all[name], all))}`
  },
}

function putIn(value: unknown, all: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => putIn(one, all))
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value) return putIn(all[String(value.$ref).split('/').at(-1) ?? ''], all)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, putIn(one, all)]))
}
