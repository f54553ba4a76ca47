/**
 * An element in the form that Exclusive XML Canonicalization (§2, with Canonical XML 1.0 §1.1) would give it: declarations first, then attributes by
 * name, two tags even around nothing. Attributes have no prefix. What goes in is XML in that form, or `textOf`.
 */
export function element(name: string, attributes: Readonly<Record<string, string>>, ...content: readonly string[]) {
  const written = Object.keys(attributes)
    .sort((one, other) => Number(isDeclaration(other)) - Number(isDeclaration(one)) || (one < other ? -1 : 1))
    .map((key) => ` ${key}="${escaped(attributes[key] ?? '', IN_ATTRIBUTES)}"`)
  return `<${name}${written.join('')}>${content.join('')}</${name}>`
}

/** A text, as it stands between tags. */
export const textOf = (text: string): string => escaped(text, IN_TEXT)

const isDeclaration = (name: string) => name.startsWith('xmlns')

const IN_TEXT = /[&<>\r]/g
const IN_ATTRIBUTES = /[&<"\t\n\r]/g
const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

const escaped = (text: string, special: RegExp) => text.replace(special, (character) => ESCAPED[character] ?? character)
