import { TypeID } from 'typeid-js'
import { newBoundedCache } from '../crypto/bounded-cache.ts'
import { type Deps, resident } from './deps.ts'

/** A new TypeID `prefix_…` over a UUIDv7: sorts by time of making. RFC 9562 §5.7. */
export const newId = (prefix: string, deps: Pick<Deps, 'now' | 'random'>): string =>
  idAt(prefix, deps.now(), deps.random(16))

const MOST_IN_A_MS = 0xfff

/** New TypeIDs that sort in the order in which this process makes them, within a millisecond too. RFC 9562 §6.2, method 1. */
export const orderedIds = resident((deps: Deps) => {
  let last = { ms: 0, count: 0 }
  return (prefix: string): string => {
    const ms = Math.max(deps.now(), last.ms)
    if (ms > last.ms) last = { ms, count: 0 }
    else if (last.count < MOST_IN_A_MS) last = { ms, count: last.count + 1 }
    else last = { ms: ms + 1, count: 0 }
    return idAt(prefix, last.ms, deps.random(16), last.count)
  }
})

/** Sorts before every id of that prefix made at `ms`, Unix ms, or later. */
export const lowestId = (prefix: string, ms: number): string => idAt(prefix, Math.max(0, ms), new Uint8Array(16), 0)

/** `count`: what stands in the place of the first twelve random bits. */
function idAt(prefix: string, ms: number, random: Uint8Array, count?: number): string {
  const bytes = Uint8Array.from(random)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, Math.floor(ms / 2 ** 32))
  view.setUint32(2, ms % 2 ** 32)
  view.setUint16(6, 0x7000 | (count ?? view.getUint16(6) & 0xfff))
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f))
  return TypeID.fromUUIDBytes(prefix, bytes).toString()
}

/** The 16 bytes behind a TypeID, or undefined when the text is none of that prefix. */
export function idBytes(prefix: string, id: string): Uint8Array | undefined {
  try {
    return TypeID.fromString(id, prefix).toUUIDBytes()
  } catch {
    return undefined
  }
}

/** The TypeID of 16 bytes. */
export const idOf = (prefix: string, bytes: Uint8Array): string => TypeID.fromUUIDBytes(prefix, bytes).toString()

/** The TypeID of a UUID in lower case. */
export const idOfUuid = (prefix: string, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString()

const UUIDS_REMEMBERED = 10_000

/** To find one out takes longer than to look it up, and those who refresh do so each minute. */
const uuids = newBoundedCache<string>(UUIDS_REMEMBERED)

/** The UUID behind a TypeID, or undefined when the text is none of that prefix. */
export function uuidOf(prefix: string, id: string): string | undefined {
  const known = uuids.find(id)
  if (known !== undefined && id.startsWith(`${prefix}_`)) return known
  const bytes = idBytes(prefix, id)
  if (!bytes) return undefined
  const uuid = writeUuid(bytes)
  uuids.insert(id, uuid)
  return uuid
}

function writeUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
