import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { build } from 'esbuild'
import { COMMAND, SOURCES } from '../command.ts'

const root = join(import.meta.dirname, '../..')
const folder = dirname(COMMAND)
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')

function run(command: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...variables }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: tmpdir(), env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Makes Node say that it is an older one. */
const older = (version: string) =>
  `data:text/javascript,for (const [name, value] of [['versions', { node: '${version}' }], ['version', 'v${version}']]) Object.defineProperty(process, name, { value })`

for (const [which, command] of [
  ['the release', COMMAND],
  ['the sources', SOURCES],
] as const) {
  test(`${which} says on an old Node which one it needs, whatever it is asked`, () => {
    for (const asked of ['--version', 'serve', 'dev'])
      assert.deepEqual(run(process.execPath, ['--import', older('20.18.1'), command, asked]), {
        status: 2,
        stdout: '',
        stderr: 'antiphon: Antiphon needs Node 24 or newer; this is v20.18.1.\n',
      })
    assert.equal(run(process.execPath, ['--import', older('24.0.0'), command, '--version']).status, 0)
  })
}

describe('the package', { skip: COMMAND === SOURCES }, () => {
  const manifest = JSON.parse(read(folder, 'package.json'))

  test('says where machine code is for another machine what to do', () => {
    const { status, stdout, stderr } = run(process.execPath, [COMMAND, 'doctor'], {
      NAPI_RS_NATIVE_LIBRARY_PATH: '/nowhere',
    })
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(
      stderr,
      /^antiphon: Antiphon is not installed for this machine \([^)]+\): [^\n]+ Install here, [^\n]+\n$/,
    )
  })

  test('has what it names, nothing of this machine, and the licences of all that is inside', () => {
    const wanted = [...manifest.files, manifest.bin.antiphon, 'README.md', 'LICENSE']
    assert.deepEqual(
      wanted.filter((file) => !existsSync(join(folder, file))),
      [],
    )
    assert.deepEqual(
      wanted.filter((file) => /node_modules|\.node$|[*!/]/.test(file)),
      [],
    )
    const said = read(folder, 'THIRD-PARTY-LICENSES.txt')
      .split(/^-{80}\n/m)
      .slice(1)
    assert.ok(said.length > 50)
    for (const one of ['fastify', 'zod', 'oidc-provider', '@prelude.so/js-sdk', '@scalar/fastify-api-reference'])
      assert.ok(
        said.some((licence) => licence.startsWith(`${one} `)),
        one,
      )
  })

  test('serves by a module that loads no other, and needs no more to go on where the next release is put in its place', () => {
    assert.doesNotMatch(read(folder, 'serve.js'), /["']\.\/(part-|cli)/)
    assert.match(read(folder, 'cli.js'), /["']\.\/part-/)
    assert.doesNotMatch(read(folder, 'serve.js'), /[^\0-\x7f]/, 'would take twice the memory')
  })

  test('has inside nothing that only contributors have', () => {
    const lock: Record<string, { version: string; dev?: boolean }> = JSON.parse(
      read(root, 'package-lock.json'),
    ).packages
    const shipped = Object.entries(lock).flatMap(([path, { version, dev }]) =>
      dev ? [] : [`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}`],
    )
    const inside = [...read(folder, 'THIRD-PARTY-LICENSES.txt').matchAll(/^-{80}\n(.+), /gm)].map(([, name]) => name)
    assert.deepEqual(
      inside.filter((name) => !shipped.includes(name as string)),
      [],
    )
  })

  test('needs of npm the machine code alone, in the versions that were tested, and says which Node', async () => {
    const { dependencies, version } = JSON.parse(read(root, 'package.json'))
    assert.deepEqual(manifest.dependencies, {
      '@node-rs/argon2': dependencies['@node-rs/argon2'],
      '@node-rs/bcrypt': dependencies['@node-rs/bcrypt'],
    })
    assert.deepEqual([manifest.version, manifest.engines, manifest.private], [version, { node: '>=24' }, undefined])
    const { metafile } = await build({
      entryPoints: manifest.files
        .filter((file: string) => file.endsWith('.js'))
        .map((file: string) => join(folder, file)),
      outdir: folder,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      metafile: true,
      write: false,
    })
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
    )
    const known = [...builtinModules, ...Object.keys(manifest.dependencies)]
    assert.deepEqual(
      [...new Set<string>(imported)].filter((name) => !known.includes(name.replace('node:', ''))),
      ['node:sqlite'].filter((name) => imported.includes(name)),
    )
    assert.ok(imported.includes('@node-rs/argon2') && imported.includes('node:sqlite'))
  })
})
