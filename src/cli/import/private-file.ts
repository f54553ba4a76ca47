import { closeSync, openSync, rmSync, writeSync } from 'node:fs'

/** A new file that nobody else may read, for what is secret or about people. */
export interface PrivateFile {
  write(text: string): void
  close(): void
  /** Close it, and take it away again. */
  discard(): void
}

/** Undefined when the file is there already: it is not overwritten. Throws what the file system throws else. */
export function openPrivateFile(path: string): PrivateFile | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return undefined
    throw error
  }
  let held: string[] = []
  let length = 0
  const flush = () => {
    if (length > 0) writeAll(descriptor, Buffer.from(held.join('')))
    held = []
    length = 0
  }
  return {
    write(text) {
      held.push(text)
      length += text.length
      if (length >= FLUSH_AT) flush()
    },
    close() {
      flush()
      closeSync(descriptor)
    },
    discard() {
      closeSync(descriptor)
      rmSync(path, { force: true })
    },
  }
}

const FLUSH_AT = 64 * 1024

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}
