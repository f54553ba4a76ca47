/** Bytes of a line; of a longer one nothing is kept. */
export const MAX_LINE_BYTES = 128 * 1024

export interface RawLine {
  /** Of its first byte. */
  readonly start: number
  /** Of the first byte of the next line. */
  readonly end: number
  /** Without the line break; undefined when the line was too long. */
  readonly bytes: Uint8Array | undefined
}

const LINE_FEED = 10

/** Of lines that are loaded together, but for the first. */
const MAX_BATCH_BYTES = 128 * 1024

/** How many of these lines, at most `most`, are loaded together: long ones are fewer, so that nobody waits longer for them. */
export function batchSize(lines: readonly RawLine[], most: number): number {
  const end = (lines[0]?.start ?? 0) + MAX_BATCH_BYTES
  const beyond = lines.slice(1, most).findIndex((line) => line.end > end)
  return beyond < 0 ? Math.min(most, lines.length) : beyond + 1
}

/** Cut a file into lines, from an offset on where one begins. Holds no more than the line that is not over yet. */
export function framing(offset: number) {
  let start = offset
  let at = offset
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let isTooLong = false

  function keep(bytes: Uint8Array) {
    at += bytes.byteLength
    pendingBytes += bytes.byteLength
    if (pendingBytes > MAX_LINE_BYTES) {
      isTooLong = true
      pending = []
    } else if (bytes.byteLength > 0) pending.push(bytes)
  }
  function take(end: number): RawLine {
    const line = { start, end, bytes: isTooLong ? undefined : Buffer.concat(pending) }
    start = end
    at = end
    pending = []
    pendingBytes = 0
    isTooLong = false
    return line
  }
  return {
    /** The offset of the next byte that is wanted. */
    get at() {
      return at
    },
    /** Bytes of the line that is not over yet. */
    get lineBytes() {
      return at - start
    },
    /** The lines that end in these bytes. */
    push(bytes: Uint8Array): RawLine[] {
      const lines: RawLine[] = []
      for (let from = 0; from < bytes.byteLength; ) {
        const feed = bytes.indexOf(LINE_FEED, from)
        keep(bytes.subarray(from, feed < 0 ? undefined : feed))
        if (feed < 0) break
        lines.push(take(at + 1))
        from = feed + 1
      }
      return lines
    },
    /** The last line, when no break ends it. */
    end: (): RawLine[] => (at > start ? [take(at)] : []),
  }
}
