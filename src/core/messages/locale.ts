/** A language tag in its canonical form, `_` taken for `-`; undefined when it is none. BCP 47. */
export function canonicalLocale(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0]
  } catch {
    return undefined
  }
}

/** Where to look for texts: `pt-BR` → `pt-BR`, `pt`, `en`. RFC 4647 §3.4. */
export const lookupRange = (locale: string): string[] => [...truncations(canonicalLocale(locale) ?? ''), 'en']

/** `pt-BR` → `pt-BR`, `pt`. */
function truncations(tag: string): string[] {
  const subtags = tag === '' ? [] : tag.split('-')
  return subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-'))
}

/** A language that a client reads, or `*`; the weight is 0 for one it does not want. */
interface Range {
  readonly tag: string
  readonly weight: number
}

const MAX_HEADER_CHARS = 1024
const ENTRY = /^([\w-]+|\*)(?:[\t ]*;[\t ]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** The ranges of an `Accept-Language` header, best first; what cannot be read is left out. RFC 9110 §12.5.4. */
function readRanges(header: string): Range[] {
  return header
    .slice(0, MAX_HEADER_CHARS)
    .split(',')
    .flatMap((entry) => {
      const [, written = '', weight = '1'] = ENTRY.exec(entry.trim()) ?? []
      const tag = written === '*' ? written : canonicalLocale(written)
      return tag ? [{ tag, weight: Number(weight) }] : []
    })
    .sort((one, other) => other.weight - one.weight)
}

/**
 * The language to write to a client in, of those there are texts in: the lookup of RFC 4647 §3.4 over the whole list. Answers the range as the
 * client named it, so `fr-CA` where the texts are in `fr`; `en` where nothing fits, or what the client reads first if nobody has texts for it.
 */
export function chooseLocale(header: string, available: readonly string[]): string {
  const ranges = readRanges(header)
  const refused = (tag: string) => weightOf(tag, ranges) === 0
  const served = (tag: string) => truncations(tag).find((candidate) => available.includes(candidate))
  for (const { tag, weight } of ranges) {
    if (weight === 0) break
    const found = tag === '*' ? ['en', ...available].find((one) => !refused(one)) : served(tag)
    if (found !== undefined && !refused(found)) return tag === '*' ? found : tag
  }
  const first = ranges.find(({ tag, weight }) => weight > 0 && tag !== '*')?.tag
  return first === undefined || served(first) !== undefined ? 'en' : first
}

/** What the most specific range says of a tag; undefined when none matches. RFC 4647 §3.3.1. */
function weightOf(tag: string, ranges: readonly Range[]): number | undefined {
  const named = [...truncations(tag), '*']
  return named.map((one) => ranges.find((range) => range.tag === one)?.weight).find((weight) => weight !== undefined)
}
