import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'

/** A folder of this test's own for modules, from which Node finds the packages. */
export function moduleFolder(): string {
  const cache = join(import.meta.dirname, '../../node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'verifiers-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
