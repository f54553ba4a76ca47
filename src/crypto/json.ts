import { isUtf8 } from 'node:buffer'

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Text that came from outside, without the byte order mark that some editors put before it. Undefined when the bytes are no UTF-8: a lenient
 * decoder makes one and the same character of whatever it cannot read, and so one text of many.
 */
export function decodeText(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** JSON that came from outside; undefined, which JSON cannot say, when it is none. RFC 8259 §8.1. */
export function decodeJson(bytes: Buffer): unknown {
  const text = decodeText(bytes)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
