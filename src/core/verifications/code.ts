/** Blanks and dashes of every script, and what cannot be seen: marks of direction, zero-width and other format characters. */
const SEPARATORS = /[\p{White_Space}\p{Dash}\p{Cf}\p{DI}]/gu
const DIGIT = /^\p{Nd}$/u

/** What somebody entered as a code: its digits, whatever script they are in and however they are set apart. Undefined when it is none. */
export function readCode(text: string): string | undefined {
  const digits = Array.from(text.replace(SEPARATORS, ''), digitOf)
  return digits.length === 0 || digits.includes(undefined) ? undefined : digits.join('')
}

/** Decimal digits stand in runs of ten, or of several tens, that begin with a zero. Unicode §4.6. */
function digitOf(character: string): number | undefined {
  if (!DIGIT.test(character)) return undefined
  const point = character.codePointAt(0) ?? 0
  let zero = point
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (point - zero) % 10
}
