import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface Asset {
  /** Content type. */
  readonly type: string
  readonly body: string
}

const client = new URL('../client/', import.meta.url)

/** The pages and what they load, by path: bundled from `../client/`, with the SDK and its worker as they are published. */
export async function buildClient(): Promise<Map<string, Asset>> {
  const sdk = import.meta.resolve('@prelude.so/js-sdk/session')
  const built = await bundle('main.ts', 'mailbox.ts', 'send-form.ts', 'style.css')
  const html = async (name: string) => ({ type: 'text/html; charset=utf-8', body: await page(name) })
  const script = (body: string) => ({ type: 'text/javascript; charset=utf-8', body })
  return new Map<string, Asset>([
    ['/demo/', await html('index.html')],
    ['/demo/mailbox/', await html('mailbox.html')],
    ['/demo/main.js', script(built('/main.js'))],
    ['/demo/mailbox.js', script(built('/mailbox.js'))],
    ['/demo/send-form.js', script(built('/send-form.js'))],
    ['/demo/style.css', { type: 'text/css; charset=utf-8', body: built('/style.css') }],
    ['/demo/icon.svg', { type: 'image/svg+xml', body: await readFile(new URL('icon.svg', client), 'utf8') }],
    // The SDK looks for its worker next to the script that it became part of.
    ['/demo/core-worker.js', script(await readFile(new URL('core-worker.js', sdk), 'utf8'))],
  ])
}

/** What is shown where there is nothing. */
export const buildNothing = (): Promise<string> => page('nothing.html')

/** What Larkspur ID shows, at an address of its own. */
export async function buildLarkspurId(): Promise<{ page: string; style: string }> {
  const built = await bundle('style.css')
  return { page: await page('larkspur-id.html'), style: built('/style.css') }
}

/** The pages of Acme's own login, in which `{{name}}` stands for what is said. */
export interface AcmePages {
  /** A visitor chooses whom to be. */
  readonly choose: string
  /** The answer leaves for Antiphon. */
  readonly leave: string
}

export const buildAcme = async (): Promise<AcmePages> => ({
  choose: await page('acme.html'),
  leave: await page('acme-leave.html'),
})

/** `<!-- part.html id -->`, alone on its line, stands for another file, in which `$id` is the id. */
const PART = /^ *<!-- ([\w-]+\.html)(?: ([\w-]+))? -->$/gm

async function page(name: string, id = ''): Promise<string> {
  const text = (await readFile(new URL(`html/${name}`, client), 'utf8')).replaceAll('$id', id)
  const parts = [...text.matchAll(PART)]
  const read = await Promise.all(parts.map(([, file = '', partId]) => page(file, partId)))
  return parts.reduce((whole, [line], place) => whole.replace(line, () => read[place] ?? ''), text)
}

/** What esbuild makes of files of the client, by path. */
async function bundle(...files: readonly string[]): Promise<(path: string) => string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: files.map((file) => fileURLToPath(new URL(file, client))),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    outdir: '/',
    logLevel: 'silent',
  })
  return (path) => outputFiles.find((file) => file.path.replaceAll('\\', '/').endsWith(path))?.text ?? ''
}
