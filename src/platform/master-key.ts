import { z } from 'zod'

/** 43 characters that are drawn at random show some thirty different ones; fewer than this never happens. */
const FEWEST_CHARACTERS = 16
/** One byte over and over has four at most. */
const FEWEST_OF_ONE_BYTE = 4

/** 32 bytes in base64 or base64url. What nobody drew at random is refused. */
export const masterKey = z
  .string({ error: 'is missing: 32 random bytes in base64, e.g. from `openssl rand -base64 32`' })
  .transform((given, context) => {
    const text = given.trim().replace(/=$/, '')
    const bytes = new Uint8Array(Buffer.from(text, 'base64'))
    const isKey = /^[\w+/-]{43}$/.test(text) && bytes.length === 32
    if (isKey && !isGuessable(text, bytes)) return bytes
    context.addIssue(
      isKey ? 'can be guessed: draw one at random, e.g. by `openssl rand -base64 32`' : 'is not 32 bytes in base64',
    )
    return z.NEVER
  })

const MOST_PREVIOUS = 4

/** Keys of before, the newest first, with commas or white space between them. */
export const previousMasterKeys = z
  .string()
  .default('')
  .transform((given, context) => {
    const texts = given.split(/[\s,]+/).filter((text) => text !== '')
    if (texts.length > MOST_PREVIOUS) context.addIssue(`holds more than ${MOST_PREVIOUS} keys`)
    return texts.slice(0, MOST_PREVIOUS).flatMap((text, i) => {
      const read = masterKey.safeParse(text)
      if (read.success) return [read.data]
      context.addIssue(`key ${i + 1} of the list ${read.error.issues[0]?.message}`)
      return []
    })
  })

function isGuessable(text: string, bytes: Uint8Array): boolean {
  const characters = new Set(text).size
  if (isOneByte(bytes)) return characters < FEWEST_OF_ONE_BYTE
  return characters < FEWEST_CHARACTERS || isCounting(bytes)
}

/** Whether a key is the same byte over and over, as the keys of test benches are. Taken, and not to be used for anything else. */
export const isOneByte = (key: Uint8Array): boolean => key.every((byte) => byte === key[0])

/** Whether each byte is as far from the one before as every other: 0, 1, 2 … */
function isCounting(bytes: Uint8Array): boolean {
  const step = (i: number) => ((bytes[i] ?? 0) - (bytes[i - 1] ?? 0)) & 0xff
  return bytes.every((_, i) => i === 0 || step(i) === step(1))
}
