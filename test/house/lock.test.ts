import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

interface Package {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
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
