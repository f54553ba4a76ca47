import { TypeID } from 'typeid-js'
import type { Deps } from './deps.ts'

/** A new TypeID `prefix_…` over a UUIDv7: sorts by time of making. RFC 9562 §5.7. */
export function newId(prefix: string, deps: Pick<Deps, 'now' | 'random'>): string {
  const bytes = Uint8Array.from(deps.random(16))
  const view = new DataView(bytes.buffer)
  const ms = deps.now()
  view.setUint16(0, Math.floor(ms / 2 ** 32))
  view.setUint32(2, ms % 2 ** 32)
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f))
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
