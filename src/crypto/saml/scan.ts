/** What is wrong with a text that should be XML, by the name of the check that says so. */
export interface ScanFault {
  readonly kind: 'fault'
  readonly check: 'size' | 'encoding' | 'markup' | 'characters' | 'well_formed' | 'limits'
  readonly reason: string
}
export type Scanned = { readonly kind: 'text'; readonly text: string } | ScanFault

/** How much there may be: bytes before decoding, elements, attributes of all of them, and different names of both, since xmldom looks through everything for the end of each. */
export interface Limits {
  readonly bytes: number
  readonly elements: number
  readonly attributes: number
  readonly names: number
}

const MAX_DEPTH = 32
const MAX_ATTRIBUTES = 64
const MAX_NAME_CHARS = 128

/** One pass before any parser: what is left is a part of XML 1.0 so plain that no two readers differ over it. Line ends come out as XML reads them (XML 1.0 §2.11). */
export function scan(bytes: Uint8Array, limits: Limits): Scanned {
  if (bytes.byteLength === 0) return fault('size', 'is empty')
  if (bytes.byteLength > limits.bytes) return fault('size', `is larger than ${limits.bytes} bytes`)
  const raw = decodeUtf8(bytes)
  if (raw === undefined) return fault('encoding', 'is not UTF-8')
  if (raw.startsWith('\uFEFF')) return fault('encoding', 'begins with a byte order mark')
  const text = raw.replace(/\r\n?/g, '\n')
  const start = endOfDeclaration(text)
  if (start === undefined) return fault('encoding', 'declares another version or encoding than XML 1.0 in UTF-8')
  return (
    faultOfMarkup(text, start) ?? faultOfCharacters(text) ?? faultOfTags(text, start, limits) ?? { kind: 'text', text }
  )
}

const fault = (check: ScanFault['check'], reason: string): ScanFault => ({ kind: 'fault', check, reason })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const DECLARATION =
  /^<\?xml version=["']1\.0["'](?: encoding=["'][Uu][Tt][Ff]-8["'])?(?: standalone=["'](?:yes|no)["'])? ?\?>/

/** Where what follows the XML declaration begins, 0 without one; undefined for one that we do not take. */
function endOfDeclaration(text: string): number | undefined {
  if (!text.startsWith('<?xml ')) return 0
  return DECLARATION.exec(text)?.[0].length
}

/** Everything that parsers, canonical forms and people have read differently. Deployed identity providers send none of it. */
function faultOfMarkup(text: string, start: number): ScanFault | undefined {
  const found = /<!DOCTYPE|<!ENTITY|<!\[CDATA\[|<!--|<!|<\?/i.exec(text.slice(start))?.[0].toUpperCase()
  if (found === undefined) return undefined
  const names: Readonly<Record<string, string>> = {
    '<!DOCTYPE': 'a document type',
    '<!ENTITY': 'an entity',
    '<![CDATA[': 'a CDATA section',
    '<!--': 'a comment',
    '<?': 'a processing instruction',
  }
  return fault('markup', `has ${names[found] ?? 'a declaration'}`)
}

/** XML 1.0 §2.2, and the two that XML 1.1 reads as line ends: xmldom does so, others do not. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|[\u0085\u2028]/u
const REFERENCE = /&(?:#x([0-9A-Fa-f]{1,6});|#([0-9]{1,7});|(?:amp|lt|gt|quot|apos);)?/g

function faultOfCharacters(text: string): ScanFault | undefined {
  if (FORBIDDEN.test(text)) return fault('characters', 'has a character that XML does not allow')
  for (const [whole, hex, decimal] of text.matchAll(REFERENCE)) {
    if (whole === '&') return fault('characters', 'has a reference to something that XML does not know')
    if (hex === undefined && decimal === undefined) continue
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (code > 0x10ffff || FORBIDDEN.test(String.fromCodePoint(code)))
      return fault('characters', 'refers to a character that XML does not allow')
  }
  return undefined
}

const NAME = '[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?'
const TAG = new RegExp(`<(/?)(${NAME})`, 'y')
const ATTRIBUTE = new RegExp(`[ \\t\\n]+(${NAME})[ \\t\\n]*=[ \\t\\n]*(?:"[^<"]*"|'[^<']*')`, 'y')
const END = /[ \t\n]*(\/?)>/y

function stickyAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** What has been gone through. */
interface Seen {
  readonly open: string[]
  readonly names: Set<string>
  elements: number
  attributes: number
}

/** Whether tags close in the order in which they open, around one root, and how much there is of everything. */
function faultOfTags(text: string, start: number, limits: Limits): ScanFault | undefined {
  const seen: Seen = { open: [], names: new Set(), elements: 0, attributes: 0 }
  let at = start
  for (let next = text.indexOf('<', at); next !== -1; next = text.indexOf('<', at)) {
    const tag = readTag(text, next)
    if (typeof tag === 'string') return fault([TOO_MANY, TOO_LONG].includes(tag) ? 'limits' : 'well_formed', tag)
    const found =
      faultOfText(text.slice(at, next), seen) ?? (tag.closes ? closeOne(tag, seen) : openOne(tag, seen, limits))
    if (found) return found
    at = tag.end
  }
  const isOver = seen.open.length === 0 && seen.elements > 0
  return faultOfText(text.slice(at), seen) ?? (isOver ? undefined : fault('well_formed', 'ends before its root does'))
}

function faultOfText(content: string, { open }: Seen): ScanFault | undefined {
  if (content.includes(']]>')) return fault('well_formed', 'has the end of a CDATA section')
  const isOutside = open.length === 0 && /[^ \t\n]/.test(content)
  return isOutside ? fault('well_formed', 'has text outside its root') : undefined
}

function closeOne({ name }: Tag, { open }: Seen): ScanFault | undefined {
  return open.pop() === name ? undefined : fault('well_formed', 'has tags that do not close in order')
}

function openOne(tag: Tag, seen: Seen, limits: Limits): ScanFault | undefined {
  if (seen.open.length === 0 && seen.elements > 0) return fault('well_formed', 'has two roots')
  seen.elements++
  seen.attributes += tag.attributes.size
  for (const name of [tag.name, ...tag.attributes]) seen.names.add(name)
  if (seen.names.size > limits.names) return fault('limits', `has more than ${limits.names} names`)
  if (seen.elements > limits.elements) return fault('limits', `has more than ${limits.elements} elements`)
  if (seen.attributes > limits.attributes) return fault('limits', `has more than ${limits.attributes} attributes`)
  if (seen.open.length >= MAX_DEPTH) return fault('limits', `is deeper than ${MAX_DEPTH} elements`)
  if (!tag.isEmpty) seen.open.push(tag.name)
  return undefined
}

const TOO_MANY = `has an element with more than ${MAX_ATTRIBUTES} attributes`
const TOO_LONG = `has a name of more than ${MAX_NAME_CHARS} characters`

interface Tag {
  readonly name: string
  readonly attributes: ReadonlySet<string>
  readonly closes: boolean
  readonly isEmpty: boolean
  readonly end: number
}

/** The tag that begins there, or what is wrong with it. */
function readTag(text: string, at: number): Tag | string {
  const [whole, slash, name] = stickyAt(TAG, text, at) ?? []
  if (whole === undefined || name === undefined) return 'has a tag that is none'
  if (name.length > MAX_NAME_CHARS) return TOO_LONG
  const seen = new Set<string>()
  let end = at + whole.length
  for (let found = stickyAt(ATTRIBUTE, text, end); found; found = stickyAt(ATTRIBUTE, text, end)) {
    const [whole, attribute = ''] = found
    if (attribute.length > MAX_NAME_CHARS) return TOO_LONG
    if (seen.has(attribute)) return 'has an attribute twice'
    seen.add(attribute)
    if (seen.size > MAX_ATTRIBUTES) return TOO_MANY
    end += whole.length
  }
  const [close, empty] = stickyAt(END, text, end) ?? []
  if (close === undefined) return 'has a tag that does not end'
  if (slash === '/' && (seen.size > 0 || empty === '/')) return 'has an end tag that is none'
  return { name, attributes: seen, closes: slash === '/', isEmpty: empty === '/', end: end + close.length }
}
