import { isIP } from 'node:net'
import { domainToASCII, domainToUnicode } from 'node:url'

/** Of a name as RFC 1035 §2.3.4 has it, without the dot at its end. */
const MAX_CHARS = 253
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export type DomainName = { kind: 'name'; name: string } | { kind: 'refused'; problem: string }

const refused = (problem: string): DomainName => ({ kind: 'refused', problem })

/**
 * The one form of a name that somebody typed: lower case, A-labels (RFC 5891), so that two names which look alike are never taken for one another. Refused is whatever
 * cannot be a host of one owner on the internet.
 */
export async function readDomainName(text: string): Promise<DomainName> {
  const name = toAscii(text)
  if (name.endsWith('.')) return refused('must not end with a dot')
  if (name.startsWith('*.')) return refused('must be one name: a wildcard is none')
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return refused('must be a name, and not an address')
  const labels = name.split('.')
  if (name.length > MAX_CHARS || !labels.every(isLabel))
    return refused('must be a domain name of letters, digits and hyphens')
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return refused('must be a name, and not an address')
  if (labels.length < 2 || labels.at(-1) === 'localhost') return refused('must be a name on the internet')
  const { parse } = await import('tldts')
  if (parse(name, { allowPrivateDomains: true }).publicSuffix === name)
    return refused('must belong to one owner: this is a suffix under which everybody registers')
  return { kind: 'name', name }
}

/** Plain names as they are: browsers would also read percent signs and numbers of other bases in them, and read over line ends. */
const toAscii = (text: string): string =>
  /[^\0-\x7f]/.test(text) && /^[a-z0-9.\-*\x80-\u{10ffff}]*$/iu.test(text)
    ? domainToASCII(text.normalize('NFC'))
    : text.toLowerCase()

/** An A-label is one only if it comes back from what it stands for. RFC 5890 §2.3.2.1. */
function isLabel(label: string): boolean {
  if (!LABEL.test(label)) return false
  if (label.slice(2, 4) !== '--') return true
  return label.startsWith('xn--') && domainToUnicode(label) !== label && domainToASCII(domainToUnicode(label)) === label
}
