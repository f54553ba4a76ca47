/** Debian's packages of the identity providers, unpacked into a folder: nothing is installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PHP = ['php-common', 'php8.2-cli', 'php8.2-common', 'php8.2-mbstring', 'php8.2-xml', 'simplesamlphp']
const PYTHON = [
  ...[
    'certifi',
    'cffi-backend',
    'chardet',
    'charset-normalizer',
    'cryptography',
    'dateutil',
    'defusedxml',
    'elementpath',
  ],
  ...['idna', 'importlib-resources', 'lasso', 'openssl', 'pysaml2', 'requests', 'six', 'tz', 'urllib3', 'xmlschema'],
].map((name) => `python3-${name}`)
const LIBRARIES = [
  ...['libargon2-1', 'libedit2', 'libglib2.0-0', 'liblasso3', 'libonig5', 'libsodium23', 'libxml2', 'libxslt1.1'],
  ...['libxmlsec1', 'libxmlsec1-openssl', 'xmlsec1'],
]
const NEEDED = ['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/python3']
const PYTHON_FILE = '/usr/bin/python3'
const EXTENSIONS = [
  ...['ctype', 'dom', 'fileinfo', 'iconv', 'mbstring', 'phar', 'posix', 'simplexml', 'sockets', 'tokenizer'],
  ...['xml', 'xmlreader', 'xmlwriter'],
]

export interface Debian {
  /** The version of a package as its authors count, without what Debian adds. */
  versionOf(name: string): string
  /** A file of the packages. */
  path(file: string): string
  readonly env: NodeJS.ProcessEnv
  /** Runs one of the scripts beside this one, in the folder where it finds what it needs and leaves what it makes. */
  python(script: string): void
  /** The command for PHP with the extensions that SimpleSAMLphp needs. */
  readonly php: readonly [string, ...string[]]
}

export function unpackDebian(folder: string): Debian {
  const missing = NEEDED.filter((file) => !existsSync(file))
  if (missing.length > 0) throw new Error(`needs ${missing.join(', ')}: packages of Debian are taken from there`)
  if (!readFileSync('/etc/os-release', 'utf8').includes('VERSION_CODENAME=bookworm'))
    throw new Error('needs Debian 12: other versions name some of the packages otherwise')
  const debs = join(folder, 'debs')
  const root = join(folder, 'root')
  mkdirSync(debs)
  download(debs)
  const files = globSync('*.deb', { cwd: debs })
  for (const file of files) execFileSync('dpkg', ['-x', join(debs, file), root])
  const [libraries = ''] = globSync('usr/lib/*-linux-gnu', { cwd: root })
  const env = {
    ...process.env,
    FOREIGN_FOLDER: folder,
    LD_LIBRARY_PATH: `${join(root, libraries)}:${join(root, 'usr/lib')}`,
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    PYTHONDONTWRITEBYTECODE: '1',
    XMLSEC: join(root, 'usr/bin/xmlsec1'),
  }
  const [modules = ''] = globSync('usr/lib/php/2*', { cwd: root })
  const extensions = [`extension_dir=${join(root, modules)}`, ...EXTENSIONS.map((name) => `extension=${name}`)]
  return {
    versionOf: (name) => /_([^-+]*)/.exec(files.find((file) => file.startsWith(`${name}_`)) ?? '')?.[1] ?? '',
    path: (file) => join(root, file),
    env,
    python: (script) =>
      void execFileSync(PYTHON_FILE, [join(import.meta.dirname, script)], { cwd: folder, env, stdio: 'inherit' }),
    php: [join(root, 'usr/bin/php8.2'), '-n', ...extensions.flatMap((setting) => ['-d', setting])],
  }
}

function download(folder: string): void {
  const names = [...PHP, ...PYTHON, ...LIBRARIES]
  console.log(`takes ${names.length} packages from Debian`)
  const { status, stderr } = spawnSync('apt-get', ['download', ...names], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`apt-get download failed, perhaps for want of apt-get update:\n${stderr}`)
}
