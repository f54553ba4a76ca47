import type { Node } from '@xmldom/xmldom/lib/dom-parser.js'

/** An element as a plain value. Text and elements stand in `children` in their order; a namespace is `''` where there is none. */
export interface XmlElement {
  /** As it is written, with its prefix. */
  readonly name: string
  readonly local: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly (XmlElement | string)[]
}
/** An attribute or, with the prefix or name `xmlns`, a declaration. */
export interface XmlAttribute {
  readonly name: string
  readonly local: string
  readonly prefix: string
  readonly namespace: string
  readonly value: string
}

const ELEMENT_NODE = 1
const TEXT_NODE = 3

/** Parses a text that `scan` has passed; undefined for what the parser complains of in any way. */
export async function parseXml(text: string): Promise<XmlElement | undefined> {
  const { DOMParser } = await import('@xmldom/xmldom/lib/dom-parser.js')
  const refuse = (message: string) => {
    throw new SyntaxError(message)
  }
  try {
    const errorHandler = { warning: refuse, error: refuse, fatalError: refuse }
    const document = new DOMParser({ errorHandler }).parseFromString(text, 'text/xml')
    return elementOf(document.documentElement)
  } catch {
    return undefined
  }
}

function elementOf(node: Node): XmlElement {
  if (node.nodeType !== ELEMENT_NODE) throw new SyntaxError(`a node of type ${node.nodeType}`)
  return {
    name: node.nodeName,
    local: node.localName ?? node.nodeName,
    namespace: node.namespaceURI ?? '',
    attributes: Array.from(node.attributes ?? [], attributeOf),
    children: Array.from(node.childNodes ?? [], (child) =>
      child.nodeType === TEXT_NODE ? (child.nodeValue ?? '') : elementOf(child),
    ),
  }
}

const attributeOf = (node: Node): XmlAttribute => ({
  name: node.nodeName,
  local: node.localName ?? node.nodeName,
  prefix: node.prefix ?? '',
  namespace: node.namespaceURI ?? '',
  value: node.nodeValue ?? '',
})

export const NS = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const

export const is = ({ namespace, local }: XmlElement, in_: keyof typeof NS, name: string): boolean =>
  namespace === NS[in_] && local === name

/** The elements inside, in their order. */
export const elements = ({ children }: XmlElement): XmlElement[] =>
  children.filter((child) => typeof child !== 'string')

/** The elements inside with that name. */
export const named = (element: XmlElement, in_: keyof typeof NS, name: string): XmlElement[] =>
  elements(element).filter((child) => is(child, in_, name))

/** The value of an attribute without a prefix. */
export const attribute = ({ attributes }: XmlElement, name: string): string | undefined =>
  attributes.find((one) => one.name === name)?.value

/** The text of an element in which there is nothing else; undefined for one with elements inside. */
export function textOf({ children }: XmlElement): string | undefined {
  return children.every((child) => typeof child === 'string') ? children.join('') : undefined
}

/** An element and all below it, in their order. */
export function* every(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of elements(element)) yield* every(child)
}

/** Writes a text so that it stands for itself in an attribute or an element. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
