import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'
import { readPhoneNumber, settlePhoneNumber } from '../../core/identifiers/identifier.ts'

/** Whether a country has a numbering plan, by its code of ISO 3166. */
export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code)

export interface ReadPhoneNumber {
  /** E.164, as `normaliseIdentifier` leaves it. */
  readonly value: string
  /** Whether its country is the default one, and not its own word. */
  readonly isGuessed: boolean
}

/** Digits with neither a plus sign nor a trunk or dialling prefix: E.164 but for the plus, in exports that write it so. */
const BARE = /^[1-9]\d{6,14}$/

/**
 * Reads a number as exports write it. With `lacksPlus` digits alone are E.164 without the plus sign; else they are a number of the default country. Undefined: none,
 * one of an unknown country, or one with an extension.
 */
export function readLegacyNumber(
  written: string,
  { defaultCountry, lacksPlus }: { defaultCountry?: string | undefined; lacksPlus?: boolean },
): ReadPhoneNumber | undefined {
  const text = readPhoneNumber(written)?.trim()
  if (text === undefined) return undefined
  const own = settle(lacksPlus && BARE.test(text) ? `+${text}` : text)
  if (own !== undefined) return { value: own, isGuessed: false }
  if (text.startsWith('+') || defaultCountry === undefined || !isCountry(defaultCountry)) return undefined
  const guessed = settle(text, defaultCountry)
  return guessed === undefined ? undefined : { value: guessed, isGuessed: true }
}

const settle = (text: string, defaultCountry?: CountryCode) =>
  settlePhoneNumber(text, (one) =>
    parsePhoneNumberFromString(one, { extract: false, ...(defaultCountry && { defaultCountry }) }),
  )
