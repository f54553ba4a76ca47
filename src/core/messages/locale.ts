/** A language tag in its canonical form, `_` taken for `-`; undefined when it is none. BCP 47. */
export function canonicalLocale(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0]
  } catch {
    return undefined
  }
}

/** Where to look for texts: `pt-BR` → `pt-BR`, `pt`, `en`. RFC 4647 §3.4. */
export function lookupRange(locale: string): string[] {
  const subtags = canonicalLocale(locale)?.split('-') ?? []
  return [...subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-')), 'en']
}
