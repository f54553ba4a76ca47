import { describeFault, refused } from '../outcome.ts'
import type { ImportFlags } from './flags.ts'
import { openPrivateFile, type PrivateFile } from './private-file.ts'

/** Files that are written for the operator. */
export interface Written {
  readonly mapped: PrivateFile | undefined
  readonly ids: PrivateFile | undefined
  readonly errors: PrivateFile | undefined
}

/** Each is opened, or none. */
export function openWritten({ mapped, ids, errors }: ImportFlags): Written | ReturnType<typeof refused> {
  const opened: Record<string, PrivateFile> = {}
  for (const [name, path] of Object.entries({ mapped, ids, errors })) {
    if (path === undefined) continue
    const file = tryToOpen(path)
    if (typeof file === 'string') {
      for (const other of Object.values(opened)) other.discard()
      return refused(`--${name} ${path}: ${file}`)
    }
    opened[name] = file
  }
  return { mapped: opened.mapped, ids: opened.ids, errors: opened.errors }
}

/** What keeps a file from being written, in words. */
export function tryToOpen(path: string): PrivateFile | string {
  try {
    return openPrivateFile(path) ?? 'is there already, and is not overwritten'
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return fault
  }
}
