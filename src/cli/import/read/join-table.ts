/** Where a row stands, and by which of several readers it is read. */
export interface RowPlace {
  readonly reader: number
  readonly byte: number
  readonly bytes: number
}

const BLOCK = 65_536

/** Numbers without end, in typed arrays that are never copied. */
class Column<A extends Float64Array | Uint32Array | Uint16Array> {
  readonly #make: (length: number) => A
  readonly blocks: A[] = []
  length = 0

  constructor(make: (length: number) => A) {
    this.#make = make
  }

  push(value: number): void {
    if (this.length % BLOCK === 0) this.blocks.push(this.#make(BLOCK))
    const block = this.blocks.at(-1) as A
    block[this.length % BLOCK] = value
    this.length++
  }

  at(i: number): number {
    return this.blocks[Math.floor(i / BLOCK)]?.[i % BLOCK] as number
  }
}

/**
 * Finds the places of rows by key without holding keys or rows: thirty bytes each. Two keys may have one fingerprint, so whoever reads the row at a
 * place looks whether it is meant.
 */
export class JoinTable {
  readonly #bytes = new Column((length) => new Float64Array(length))
  readonly #sizes = new Column((length) => new Uint32Array(length))
  readonly #readers = new Column((length) => new Uint16Array(length))
  #fingerprints: Column<Uint32Array> | undefined = new Column((length) => new Uint32Array(length))
  #owners: Column<Uint32Array> | undefined = new Column((length) => new Uint32Array(length))
  /** Pairs of row and fingerprint, by fingerprint, then by row. */
  #sorted = new Uint32Array(0)

  get rows(): number {
    return this.#bytes.length
  }

  add(keys: readonly string[], { reader, byte, bytes }: RowPlace): void {
    for (const key of keys) {
      this.#fingerprints?.push(fingerprintOf(key))
      this.#owners?.push(this.rows)
    }
    this.#bytes.push(byte)
    this.#sizes.push(bytes)
    this.#readers.push(reader)
  }

  /** No more rows are added from now on; before, none are found. */
  seal(): void {
    const [fingerprints, owners] = [this.#fingerprints, this.#owners]
    if (!fingerprints || !owners) return
    const pairs = new BigUint64Array(fingerprints.length)
    const words = new Uint32Array(pairs.buffer)
    const [low, high] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0]
    for (let i = 0; i < pairs.length; i++) {
      words[2 * i + low] = owners.at(i)
      words[2 * i + high] = fingerprints.at(i)
    }
    pairs.sort()
    this.#sorted = words
    this.#fingerprints = undefined
    this.#owners = undefined
  }

  /** Rows that may have one of these keys, each once, in the order in which they were added. */
  find(keys: readonly string[]): number[] {
    const rows = keys.flatMap((key) => this.#findOne(fingerprintOf(key)))
    return rows.length < 2 ? rows : [...new Set(rows)].sort((a, b) => a - b)
  }

  placeOf(row: number): RowPlace {
    return { reader: this.#readers.at(row), byte: this.#bytes.at(row), bytes: this.#sizes.at(row) }
  }

  #findOne(fingerprint: number): number[] {
    const [low, high] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0]
    const count = this.#sorted.length / 2
    let [from, to] = [0, count]
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#sorted[2 * middle + high] as number) < fingerprint) from = middle + 1
      else to = middle
    }
    const rows: number[] = []
    for (; from < count && this.#sorted[2 * from + high] === fingerprint; from++) {
      rows.push(this.#sorted[2 * from + low] as number)
    }
    return rows
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** 32 bits, FNV-1a with the last steps of MurmurHash3, which spread it. */
export function fingerprintOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
