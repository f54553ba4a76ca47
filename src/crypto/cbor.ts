const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
/** An attestation object has three floors; a statement may add a few. */
const MAX_DEPTH = 8

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Are these bytes items of CBOR, one behind the other, or none? As `isOneItem` has them. */
export function isSequence(bytes: Uint8Array): boolean {
  let end = 0
  while (end < bytes.byteLength) end = endOfItem(bufferOf(bytes), end, MAX_DEPTH)
  return end === bytes.byteLength
}

/**
 * Are these bytes one item of CBOR (RFC 8949) and nothing behind it? Lengths must be given beforehand, as CTAP2 §8 asks, and nothing may be nested
 * deeper than eight floors. What is in the item is not looked at.
 */
export function isOneItem(bytes: Uint8Array): boolean {
  return endOfItem(bufferOf(bytes), 0, MAX_DEPTH) === bytes.byteLength
}

/** Where the item ends that begins at `start`, be it behind the last byte; NaN where none begins. */
function endOfItem(bytes: Buffer, start: number, depth: number): number {
  const first = bytes[start]
  if (first === undefined || depth === 0) return Number.NaN
  const major = first >> 5
  const [argument, end] = readArgument(bytes, start + 1, first & 0x1f)
  if (major === BYTES || major === TEXT) return end + argument
  if (major === ARRAY) return endOfItems(bytes, end, argument, depth - 1)
  if (major === MAP) return endOfItems(bytes, end, argument * 2, depth - 1)
  if (major === TAG) return endOfItems(bytes, end, 1, depth - 1)
  return end
}

/** An item has a byte at least, so this is over when the bytes are. */
function endOfItems(bytes: Buffer, start: number, count: number, depth: number): number {
  let end = start
  for (let i = 0; i < count && !Number.isNaN(end); i++) end = endOfItem(bytes, end, depth)
  return end
}

/** The number that an item's first byte announces, and where it ends. RFC 8949 §3. */
function readArgument(bytes: Buffer, at: number, announced: number): readonly [argument: number, end: number] {
  if (announced < 24) return [announced, at]
  const size = 2 ** (announced - 24)
  if (announced > 27 || at + size > bytes.byteLength) return [Number.NaN, Number.NaN]
  return [size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size), at + size]
}
