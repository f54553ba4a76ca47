import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

interface Package {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  /** Only those who work on this project have it. */
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Packages = Readonly<Record<string, Package>>

const root = join(import.meta.dirname, '../..')
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
const lock: Packages = read('package-lock.json').packages
const npmPackages = Object.entries(lock).filter(([path, { link }]) => path.includes('node_modules/') && !link)

/** Where Node would find what the package at `path` names: beside it, or in any folder above. */
function isLocked(packages: Packages, path: string, name: string): boolean {
  const inside = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`
  if (packages[inside]) return true
  return path !== '' && isLocked(packages, path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '', name)
}

function missing(packages: Packages): string[] {
  return Object.entries(packages).flatMap(([path, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `${name}, which ${path || 'this project'} needs`),
  )
}

test('the lock file names every package of every platform, so that `npm ci` works on each', () => {
  assert.deepEqual(missing(lock), [])
  const [some] = Object.keys(lock).filter((path) => path.includes('darwin-arm64'))
  const { [some as string]: _, ...others } = lock
  assert.equal(missing(others).length, 1, 'what lacks is seen')
})

test('the lock file agrees with package.json', () => {
  const { dependencies, devDependencies } = read('package.json')
  assert.deepEqual(lock['']?.dependencies, dependencies)
  assert.deepEqual(lock['']?.devDependencies, devDependencies)
})

test('every package is pinned by what is in it, not by where it came from', () => {
  assert.deepEqual(
    npmPackages.filter(([, { integrity, resolved }]) => !integrity || resolved).map(([path]) => path),
    [],
  )
})

/** Below these, what is signed can be read as something else: CVE-2025-54369 and -54419, -29774 and -29775, and 2026’s of xmldom. */
const LEAST = { '@node-saml/node-saml': '5.1.0', 'xml-crypto': '6.3.2', '@xmldom/xmldom': '0.8.15' }

/** Every copy of a package in a release, wherever it lies in the tree, that is older than it may be. */
function outdated(packages: Packages, least: Readonly<Record<string, string>>): string[] {
  return Object.entries(packages).flatMap(([path, { version = '', dev = false }]) => {
    const wanted = least[path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)]
    return wanted !== undefined && !dev && isOlder(version, wanted) ? [`${path} ${version}`] : []
  })
}

function isOlder(version: string, than: string): boolean {
  const [parts, others] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)))
  const at = others?.findIndex((other, index) => parts?.[index] !== other) ?? -1
  return at !== -1 && !((parts?.[at] ?? -1) > (others?.[at] ?? 0))
}

test('what reads SAML is at least as new as what was found in it', () => {
  assert.deepEqual(outdated(lock, LEAST), [])
  for (const name of Object.keys(LEAST)) assert.ok(lock[`node_modules/${name}`], name)
  const older = { ...lock, 'node_modules/xml-encryption/node_modules/@xmldom/xmldom': { version: '0.8.9' } }
  assert.equal(outdated(older, LEAST).length, 1, 'a second, older copy is seen')
  const both = Object.keys(LEAST).slice(1)
  const { overrides, dependencies } = read('package.json')
  assert.deepEqual(
    both.map((name) => overrides[name]),
    both.map((name) => `$${name}`),
  )
  assert.deepEqual(
    Object.keys(LEAST).map((name) => dependencies[name]),
    Object.values(LEAST),
  )
})
