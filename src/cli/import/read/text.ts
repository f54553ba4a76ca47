import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ReadFault } from './faults.ts'

/** In which a file is written: what its byte order mark says, else what the operator says, else UTF-8. */
export type Encoding = 'utf-8' | 'utf-16le' | 'windows-1252'

export interface Text {
  /** UTF-8 without byte order mark, as bytes: not all of it may be text. Throws `BrokenText`. */
  readonly chunks: AsyncIterable<Buffer>
  /** Where the first byte of `chunks` stands. */
  readonly firstByte: number
  /** The beginning of `chunks`, at most 64 KiB. */
  readonly head: Buffer
  /** Whether `chunks` are the file's own bytes, so that a row can be read again at its place. */
  readonly isPlain: boolean
}

/** A file cannot be read on; what was read of it until then is no less true. */
export class BrokenText extends Error {
  readonly fault: ReadFault

  constructor(fault: ReadFault) {
    super(fault)
    this.fault = fault
  }
}

const CHUNK_BYTES = 64 * 1024
const HEAD_BYTES = 64 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])
const ZIP = Buffer.from('PK\u0003\u0004')
const UTF_8 = Buffer.from([0xef, 0xbb, 0xbf])
const UTF_16_LE = Buffer.from([0xff, 0xfe])
const UTF_16_BE = Buffer.from([0xfe, 0xff])

/**
 * Open a file of text, packed by gzip or not; a fault when it is something else. `look` sees every piece of the file itself. Throws what the file
 * system throws.
 */
export async function openText(
  path: string,
  encoding: Encoding | undefined,
  look: (piece: Buffer) => void = () => {},
): Promise<Text | ReadFault> {
  return await readText(shown(createReadStream(path, { highWaterMark: CHUNK_BYTES }), look), encoding)
}

async function* shown(pieces: AsyncIterable<Buffer>, look: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    look(piece)
    yield piece
  }
}

/** The same of bytes that come in pieces. */
export async function readText(source: AsyncIterable<Buffer>, encoding: Encoding = 'utf-8'): Promise<Text | ReadFault> {
  const bytes = new Peekable(source)
  const first = await bytes.peek(ZIP.length)
  const isPacked = startsWith(first, GZIP)
  const unpacked = isPacked ? new Peekable(unpack(bytes.from(0))) : bytes
  const mark = await unpacked.peek(UTF_8.length)
  if (startsWith(first, ZIP) || startsWith(mark, UTF_16_BE)) {
    await bytes.close()
    return startsWith(first, ZIP) ? 'zip' : 'utf16_big_endian'
  }
  const written = startsWith(mark, UTF_8) ? 'utf-8' : startsWith(mark, UTF_16_LE) ? 'utf-16le' : encoding
  const firstByte = startsWith(mark, UTF_8) ? UTF_8.length : 0
  const text = written === 'utf-8' ? unpacked : new Peekable(decode(unpacked.from(0), written))
  const head = (await text.peek(HEAD_BYTES)).subarray(firstByte)
  return { chunks: text.from(firstByte), firstByte, head, isPlain: !isPacked && written === 'utf-8' }
}

const startsWith = (bytes: Buffer, start: Buffer) => bytes.subarray(0, start.length).equals(start)

/** Bytes in pieces whose beginning can be looked at before they are read. */
class Peekable {
  readonly #rest: AsyncIterator<Buffer>
  #held: Buffer[] = []
  #broken: BrokenText | undefined

  constructor(source: AsyncIterable<Buffer>) {
    this.#rest = source[Symbol.asyncIterator]()
  }

  /** The first bytes, fewer where there are no more. */
  async peek(count: number): Promise<Buffer> {
    while (sizeOf(this.#held) < count && !this.#broken) {
      const next = await this.#next()
      if (!next) break
      this.#held.push(next)
    }
    return Buffer.concat(this.#held).subarray(0, count)
  }

  async *from(offset: number): AsyncGenerator<Buffer> {
    try {
      const held = Buffer.concat(this.#held).subarray(offset)
      this.#held = []
      if (held.length > 0) yield held
      for (let next = await this.#next(); next; next = await this.#next()) yield next
      if (this.#broken) throw this.#broken
    } finally {
      await this.close()
    }
  }

  /** Undefined at the end, also where the text is broken: whoever reads that far is told. */
  async #next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.#rest.next()
      return done ? undefined : value
    } catch (error) {
      if (!(error instanceof BrokenText)) throw error
      this.#broken = error
      return undefined
    }
  }

  async close(): Promise<void> {
    await this.#rest.return?.()
  }
}

const sizeOf = (chunks: readonly Buffer[]) => chunks.reduce((sum, { length }) => sum + length, 0)

async function* unpack(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = pipeline(Readable.from(packed), createGunzip(), () => {})
  try {
    yield* unpacked as AsyncIterable<Buffer>
  } catch (error) {
    if (isOf(error, /^Z_/)) throw new BrokenText('broken_gzip')
    throw error
  }
}

async function* decode(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } catch (error) {
    if (isOf(error, /^ERR_ENCODING_/)) throw new BrokenText('broken_utf16')
    throw error
  }
}

const isOf = (error: unknown, codes: RegExp) => codes.test(String((error as { code?: unknown }).code))
