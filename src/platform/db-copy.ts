import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isBusy } from './db-fault.ts'
import { makeFolder } from './db-files.ts'

const BUSY_TIMEOUT_MS = 5_000

export type CopyOutcome = { kind: 'copied'; bytes: number } | { kind: 'exists' } | { kind: 'missing' }

/**
 * Copy a SQLite file as it stands at one moment, with what is still in its log, while others read and write it. The copy is one file that only
 * its owner may read; it appears whole or not at all, and never in the place of another. Throws what SQLite and the file system throw.
 */
export function copySqlite(from: string, to: string): CopyOutcome {
  if (!existsSync(from)) return { kind: 'missing' }
  if (!reserve(to)) return { kind: 'exists' }
  const partial = `${to}.partial`
  try {
    rmSync(partial, { force: true })
    reserve(partial)
    vacuumInto(from, partial)
    sync(partial)
    renameSync(partial, to)
    sync(dirname(resolve(to)))
    return { kind: 'copied', bytes: statSync(to).size }
  } catch (error) {
    for (const path of [partial, to]) rmSync(path, { force: true })
    throw error
  }
}

/** Make an empty file for its owner alone. False when there is one: an empty one, too, is somebody's. */
function reserve(path: string): boolean {
  makeFolder(dirname(resolve(path)))
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false
    throw error
  }
  chmodSync(path, 0o600)
  return true
}

/** One reading transaction: nobody waits for it, and what is written meanwhile is not in it. */
function vacuumInto(from: string, to: string): void {
  const file = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    file.prepare('vacuum into ?').run(to)
  } finally {
    file.close()
  }
}

/** SQLite leaves it to the operating system when a copy is on the disk. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether every page of a SQLite file, and every index, is as it should be. */
export function isIntact(path: string): boolean {
  const file = new DatabaseSync(path, { readOnly: true })
  try {
    return file.prepare('pragma integrity_check(1)').get()?.integrity_check === 'ok'
  } finally {
    file.close()
  }
}

/** Whether another process has a SQLite file open. Where none has, what was in its log is in the file afterwards, and the log is gone. */
export function isOpenElsewhere(path: string): boolean {
  if (!existsSync(path)) return false
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    // It leaves the mode with a log only for whoever is alone with the file.
    file.exec('pragma journal_mode = delete')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    file.close()
  }
}

/** Put a file in the place of another, which is kept under a name of its own if one is given. At no moment is there none. */
export function replaceFile(path: string, by: string, aside: string | null): void {
  if (aside !== null) {
    linkSync(path, aside)
    chmodSync(aside, 0o600)
  }
  renameSync(by, path)
  sync(dirname(resolve(path)))
}
