/** What makes the folder of the release a package, so that `npm pack ./dist` has one for every platform. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Content {
  /** The file that is the command. */
  readonly bin: string
  readonly files: readonly string[]
  /** Paths, from the root, of what was bundled. */
  readonly inputs: readonly string[]
}

/** What npm gets for the platform that it installs on. */
const NATIVE = ['@node-rs/argon2', '@node-rs/bcrypt']

/** What lies inside as text, which no bundler tells: the SDK and the passkeys of the demo's pages, and the page to read the API. */
const EMBEDDED = ['@prelude.so/js-sdk', '@simplewebauthn/browser', '@scalar/fastify-api-reference']

const LICENSES = 'THIRD-PARTY-LICENSES.txt'
const README = 'README.md'

/** Writes beside the modules in `folder`: package.json, README, our licence and those of all that is inside. */
export function writePackage(root: string, folder: string, { bin, files, inputs }: Content): void {
  const { name, version, description, license, dependencies } = manifestAt(root)
  const manifest = {
    name,
    version,
    description,
    license,
    // Wherever it lies, Node need not read all of a module to see that it is one: a tenth of what a command takes.
    type: 'module',
    bin: { [name]: bin },
    engines: { node: '>=24' },
    files: [...files, LICENSES],
    dependencies: Object.fromEntries(NATIVE.map((needed) => [needed, dependencies[needed]])),
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync(join(root, 'scripts/package-readme.md'), join(folder, README))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  const inside = [...packagesOf(inputs), ...EMBEDDED.map((embedded) => `node_modules/${embedded}`)]
  writeFileSync(
    join(folder, LICENSES),
    [...new Set(inside)]
      .sort()
      .map((path) => licenseOf(join(root, path)))
      .join('\n'),
  )
}

/** Folders of the packages, from the root, that the files are of. */
export const packagesOf = (inputs: readonly string[]): string[] => [
  ...new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [])),
]

const manifestAt = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

function licenseOf(folder: string): string {
  const { name, version, license } = manifestAt(folder)
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return `${'-'.repeat(80)}\n${name} ${version}, ${license}\n\n${text}\n`
}
