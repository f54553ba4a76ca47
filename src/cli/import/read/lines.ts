import { MAX_ROW_BYTES, type Place } from './row.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const QUOTE = 0x22

export interface Line extends Place {
  /** Without what ends it. Undefined: longer than a row may be. */
  readonly text: Buffer | undefined
  /** Whether a line break ends it, and not the file. */
  readonly ended: boolean
}

/** Cuts bytes at line breaks; with `quoted` at those alone that do not stand between quotes. */
export class Lines {
  readonly #quoted: boolean
  #parts: Buffer[] = []
  #held = 0
  #inQuotes = false
  #breaks = 0
  #start: Place

  constructor({ quoted = false, firstByte = 0 } = {}) {
    this.#quoted = quoted
    this.#start = { line: 1, byte: firstByte }
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let from = 0
    for (;;) {
      const at = this.#nextBreak(chunk, from)
      if (at === -1) break
      lines.push(this.#take(chunk.subarray(from, at), true))
      from = at + 1
    }
    this.#hold(chunk.subarray(from))
    return lines
  }

  /** What is left without a line break. */
  end(): Line[] {
    return this.#held === 0 ? [] : [this.#take(Buffer.alloc(0), false)]
  }

  #nextBreak(chunk: Buffer, from: number): number {
    if (!this.#quoted) return chunk.indexOf(LINE_FEED, from)
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i]
      if (byte === QUOTE) this.#inQuotes = !this.#inQuotes
      else if (byte === LINE_FEED && this.#inQuotes) this.#breaks++
      else if (byte === LINE_FEED) return i
    }
    return -1
  }

  /** What is too long is counted and not kept. */
  #hold(part: Buffer): void {
    this.#held += part.length
    if (this.#held > MAX_ROW_BYTES) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #take(last: Buffer, ended: boolean): Line {
    this.#hold(last)
    const start = this.#start
    const tooLong = this.#held > MAX_ROW_BYTES
    const text = tooLong ? undefined : this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#start = { line: start.line + this.#breaks + 1, byte: start.byte + this.#held + 1 }
    this.#parts = []
    this.#held = 0
    this.#breaks = 0
    return { ...start, text: text && ended ? withoutReturn(text) : text, ended }
  }
}

const withoutReturn = (text: Buffer) => (text.at(-1) === CARRIAGE_RETURN ? text.subarray(0, -1) : text)
