import { statSync } from 'node:fs'
import { digestInPieces } from '../../crypto/hash.ts'
import { monotonicClock } from '../../platform/clock.ts'
import { type Calls, type Import, Unanswered } from './calls.ts'
import type { ImportPlan } from './flags.ts'
import type { PrivateFile } from './private-file.ts'
import { UserReader } from './read/users.ts'
import { type ReadSums, Target } from './target.ts'
import { progressLine, type Terminal } from './terminal.ts'

export interface Sent {
  readonly kind: 'sent'
  readonly sums: ReadSums
  /** Of the users' files one after the other, in hexadecimal. */
  readonly sha256: string
  /** By role: rows of a second file, and how often one was found for a user. */
  readonly joined: UserReader['counts']
}

export type Sending =
  | Sent
  /** Can be gone on with. */
  | { readonly kind: 'interrupted' }
  /** What was sent before came from other files, or with other flags. */
  | { readonly kind: 'other_files' }
  | { readonly kind: 'refused'; readonly reason: 'closed' | 'too_large' }

/** Lines begin in one chunk and end in another, so that the same files make the same chunks. */
const CHUNK_BYTES = 1024 * 1024

/** Read files and bring the lines that they make to an import; of one that has some already, the rest. */
export async function sendLines(
  calls: Calls,
  one: Import,
  plan: ImportPlan,
  { mapped, terminal }: { mapped: PrivateFile | undefined; terminal: Terminal },
): Promise<Sending> {
  const digest = digestInPieces()
  let bytesRead = 0
  const reader = new UserReader(plan.source, plan.files, (piece) => {
    digest.update(piece)
    bytesRead += piece.length
  })
  // What depends on the time is the same when it is read again.
  const options = { ...plan.options, now: Date.parse(one.created_at) }
  const target = new Target(plan.source, options, plan.files.users.length === 1)
  const chunks = new Chunks(calls, one)
  const progress = readingProgress(plan.files.users)
  for await (const items of reader.read()) {
    for (const item of items) {
      const { line, record } = target.take(item)
      if (record !== undefined) mapped?.write(record)
      const failed = await chunks.push(line)
      if (failed) return failed
    }
    terminal.show(progress(bytesRead, target.sums.rows))
    if (terminal.isInterrupted()) return { kind: 'interrupted' }
  }
  const failed = await chunks.end()
  if (failed) return failed
  terminal.show(progress(bytesRead, target.sums.rows), { isLast: true })
  return { kind: 'sent', sums: target.sums, sha256: digest.hex(), joined: reader.counts }
}

type Failed = Exclude<Sending, Sent>

/** The bytes of an import's file, in chunks of one size. */
class Chunks {
  readonly #calls: Calls
  readonly #one: Import
  readonly #buffer = Buffer.alloc(CHUNK_BYTES)
  #used = 0
  /** Where in the file the buffer begins. */
  #offset = 0

  constructor(calls: Calls, one: Import) {
    this.#calls = calls
    this.#one = one
  }

  async push(line: string): Promise<Failed | undefined> {
    const bytes = Buffer.from(line)
    for (let from = 0; from < bytes.length; ) {
      const copied = bytes.copy(this.#buffer, this.#used, from)
      from += copied
      this.#used += copied
      const failed = this.#used === CHUNK_BYTES ? await this.#send() : undefined
      if (failed) return failed
    }
    return undefined
  }

  async end(): Promise<Failed | undefined> {
    const failed = this.#used > 0 ? await this.#send() : undefined
    return failed ?? (this.#offset < this.#one.progress.received_bytes ? { kind: 'other_files' } : undefined)
  }

  /** What was received before the last chunk of then is there; that one is sent again, by which other files are noticed. */
  async #send(): Promise<Failed | undefined> {
    const { id, progress } = this.#one
    const offset = this.#offset
    const bytes = this.#buffer.subarray(0, this.#used)
    this.#offset += this.#used
    this.#used = 0
    if (this.#offset <= lastChunkOf(progress.received_bytes)) return undefined
    const answer = await this.#calls.put(id, offset, bytes)
    return answer.kind === 'answered' ? undefined : failedBy(answer)
  }
}

/** Where the chunk began of which something came last. */
const lastChunkOf = (receivedBytes: number) => Math.floor(Math.max(0, receivedBytes - 1) / CHUNK_BYTES) * CHUNK_BYTES

function failedBy(answer: Unanswered['answer']): Failed {
  switch (answer.answered?.code) {
    case 'import_offset':
      return { kind: 'other_files' }
    case 'import_state':
      return { kind: 'refused', reason: 'closed' }
    case 'import_too_large':
      return { kind: 'refused', reason: 'too_large' }
    default:
      throw new Unanswered(answer)
  }
}

function readingProgress(paths: readonly string[]): (bytes: number, rows: number) => string {
  const total = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  const begun = monotonicClock()
  return (bytes, lines) => {
    const seconds = Math.max(0.001, (monotonicClock() - begun) / 1000)
    const secondsLeft = bytes > 0 ? ((total - bytes) / bytes) * seconds : undefined
    return progressLine('Reading', { done: total === 0 ? 1 : bytes / total, lines, rate: lines / seconds, secondsLeft })
  }
}
