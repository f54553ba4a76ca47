import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { randomBytes } from '../crypto/random.ts'
import { readVariable, type Variables } from '../platform/config.ts'
import { makeFolder } from '../platform/db-files.ts'
import { describeFault } from './outcome.ts'

export type FirstKey =
  | { readonly kind: 'none' }
  /** `file`: absolute. */
  | { readonly kind: 'made'; readonly file: string }
  | { readonly kind: 'fault'; readonly fault: string }

const SQLITE = 'sqlite:'

/**
 * Make the master key where the file that should hold it is missing, and the SQLite database that would lie beside it, too: nothing hangs on another key
 * there, and both have one life. Anywhere else a missing key is a fault: it has been lost, or a volume is not mounted.
 */
export function makeFirstKey(variables: Variables, defaultUrl: string): FirstKey {
  const { ANTIPHON_MASTER_KEY: key, ANTIPHON_MASTER_KEY_FILE: named, ANTIPHON_EXPECT_DATABASE: expected } = variables
  const read = readVariable(variables, 'ANTIPHON_DATABASE_URL')
  if (!named || key || expected === 'true' || read.kind === 'faults') return { kind: 'none' }
  const url = read.value ?? defaultUrl
  const [file, database] = [resolve(named), resolve(url.slice(SQLITE.length))]
  const isFirst =
    url.startsWith(SQLITE) && dirname(file) === dirname(database) && !existsSync(file) && !existsSync(database)
  if (!isFirst) return { kind: 'none' }
  try {
    writeKey(file)
    return { kind: 'made', file }
  } catch (error) {
    return { kind: 'fault', fault: `ANTIPHON_MASTER_KEY_FILE: cannot make the file: ${describeFault(error) ?? error}` }
  }
}

/** Refuses a file that came to be meanwhile. */
function writeKey(file: string): void {
  makeFolder(dirname(file))
  const open = openSync(file, 'wx', 0o600)
  try {
    writeSync(open, `${randomBytes(32).toString('base64')}\n`)
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}
