import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A path that cannot hold a database, whatever one waits for. */
export class UnusablePath extends Error {}

/** Make what is missing of a folder, for its owner alone. Node's own `recursive` never ends where nothing can be made, say below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
    chmodSync(path, 0o700)
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** What will be the same at the next try. */
const FOR_GOOD = [
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENAMETOOLONG',
  'ELOOP',
  'EINVAL',
  'EEXIST',
]

/** See to it that there is a file that can be written, with its folder; what is made belongs to its owner alone, whatever the umask. */
export function makeFile(path: string): void {
  try {
    makeFolder(dirname(resolve(path)))
    const isNew = !existsSync(path)
    closeSync(openSync(path, 'a', 0o600))
    if (isNew) chmodSync(path, 0o600)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (FOR_GOOD.includes(code)) throw new UnusablePath(message, { cause: error })
    throw error
  }
}

/** Do some work in a folder that its owner alone may look into, and that is gone afterwards. Where it is, TMPDIR says. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
