export type Metadata = Readonly<Record<string, string>>

const MAX_PAIRS = 5
const KEY = /^[a-zA-Z0-9.\-_:]{1,12}$/
const MAX_VALUE_CHARS = 32
/** The one key whose value may be an e-mail address. */
const IDENTIFIER = 'identifier'
const MAX_IDENTIFIER_CHARS = 320

/** The metadata of a request, which may have none; undefined when they are not valid. */
export function readMetadata(value: unknown): Metadata | undefined {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const pairs = Object.entries(value)
  return pairs.length <= MAX_PAIRS && pairs.every(isPair) ? Object.fromEntries(pairs.filter(isPair)) : undefined
}

function isPair(pair: [string, unknown]): pair is [string, string] {
  const [key, value] = pair
  if (!KEY.test(key) || typeof value !== 'string') return false
  return [...value].length <= (key === IDENTIFIER ? MAX_IDENTIFIER_CHARS : MAX_VALUE_CHARS)
}
