import { attribute, elements, every, is, type NS, named, textOf, type XmlElement } from './xml.ts'

/** Says what is wrong with a response before any signature is looked at; undefined when nothing is. */
export type FormRule = (response: XmlElement) => string | undefined

/** An absolute URI (RFC 3986 §2, §3) without `&`, since xml-crypto writes it as it is. xmldom says of an undeclared `constructor` that it stands for a function. */
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#[\]@!$'()*+,;=%-]*$/
const RESERVED = ['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']
/** xmldom reads what is in its `script` and `textarea` as text. */
const HTML = 'http://www.w3.org/1999/xhtml'

/** Everything that makes canonical forms fail or leave something out. Namespaces in XML 1.0 §3, Exclusive Canonicalization §4. */
export const judgeNamespaces: FormRule = (response) => {
  for (const element of every(response)) {
    if (!ABSOLUTE.test(element.namespace)) return `${element.name} is in no namespace`
    if (element.namespace === HTML) return `${element.name} is one of a page`
    const names = new Set<string>()
    for (const { name, prefix, local, namespace, value } of element.attributes) {
      if (name === 'xmlns' || prefix === 'xmlns') {
        if (!ABSOLUTE.test(value)) return `${name} is no absolute URI`
        if (local === 'xml' || (prefix === 'xmlns' && local === 'xmlns')) return `${name} is reserved`
        if (RESERVED.includes(value)) return `${name} declares what is reserved`
        continue
      }
      // xml-crypto leaves out of a canonical form whatever begins like that.
      if (name.startsWith('xmlns') || local === 'xmlns') return `${name} looks like a declaration and is none`
      if (prefix !== '' && !ABSOLUTE.test(namespace)) return `${name} has a prefix that is not declared`
      if (names.has(`${namespace} ${local}`)) return `${name} is there twice`
      names.add(`${namespace} ${local}`)
    }
  }
  return undefined
}

const NC_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/

/** SAML Core §3.2.2. */
export const judgeRoot: FormRule = (response) => {
  if (!is(response, 'protocol', 'Response')) return `the root is ${response.name}`
  if (attribute(response, 'Version') !== '2.0') return 'the version of the response is not 2.0'
  return NC_NAME.test(attribute(response, 'ID') ?? '') ? undefined : 'the response has no ID'
}

/** Names that stand for a place to hide something in, wherever they are and whatever their namespace. */
const ONCE = ['Assertion', 'Response']
const NEVER = ['EncryptedAssertion', 'EncryptedID', 'EncryptedAttribute', 'EncryptedData']

export const judgeAssertion: FormRule = (response) => {
  const locals = [...every(response)].map(({ local }) => local)
  const encrypted = NEVER.find((name) => locals.includes(name))
  if (encrypted !== undefined) return `there is an ${encrypted}, and no key was offered to encrypt for`
  const twice = ONCE.find((name) => locals.filter((local) => local === name).length > 1)
  if (twice !== undefined) return `there is more than one ${twice}`
  const [assertion] = named(response, 'assertion', 'Assertion')
  if (!assertion) {
    if (locals.includes('Assertion')) return 'the assertion is not where it belongs'
    return `there is no assertion, and the status is ${statusOf(response).join(', ') || 'missing'}`
  }
  if (attribute(assertion, 'Version') !== '2.0') return 'the version of the assertion is not 2.0'
  return NC_NAME.test(attribute(assertion, 'ID') ?? '') ? undefined : 'the assertion has no ID'
}

/** The status of a response and those inside it, without what they all begin with; nothing where there are several. SAML Core §3.2.2.2. */
export function statusOf(response: XmlElement): string[] {
  const found: string[] = []
  let inside = named(response, 'protocol', 'Status')
  while (inside.length === 1) {
    inside = inside.flatMap((one) => named(one, 'protocol', 'StatusCode'))
    if (inside.length > 1) return []
    found.push(...inside.map((one) => STATUS.exec(attribute(one, 'Value') ?? '')?.[1] ?? 'unknown'))
  }
  return found
}

const STATUS = /^urn:oasis:names:tc:SAML:2\.0:status:([A-Za-z]{1,64})$/

const XML_NAMESPACE = RESERVED[0]

/** One ID is one element, for whoever looks for it and however: the same value nowhere twice, and no second spelling of the attribute. */
export const judgeIds: FormRule = (response) => {
  const seen = new Set<string>()
  for (const { attributes } of every(response)) {
    for (const { name, local, prefix, namespace, value } of attributes) {
      if (local.toLowerCase() !== 'id' || prefix === 'xmlns') continue
      if (prefix !== '' && namespace !== XML_NAMESPACE) return `${name} looks like an ID and is none`
      if (seen.has(value)) return 'an ID is there twice'
      seen.add(value)
    }
  }
  const [assertion] = named(response, 'assertion', 'Assertion')
  for (const element of [response, ...(assertion ? [assertion] : [])]) {
    const ids = element.attributes.filter(({ local }) => local.toLowerCase() === 'id')
    if (ids.length !== 1) return `${element.local} has two IDs`
  }
  return undefined
}

const TEXT_ONLY: readonly (readonly [keyof typeof NS, string])[] = [
  ['assertion', 'Issuer'],
  ['assertion', 'NameID'],
  ['assertion', 'Audience'],
  ['assertion', 'AttributeValue'],
]

/** What is compared or stored is text, and nothing is in it that one reader drops and another keeps. */
export const judgeTexts: FormRule = (response) => {
  for (const element of every(response)) {
    const isText = TEXT_ONLY.some(([in_, name]) => is(element, in_, name))
    if (isText && textOf(element) === undefined) return `${element.local} has an element in it`
  }
  return undefined
}

/** The elements inside one that has nothing else but white space; undefined where there is text between them. */
export function onlyElements(element: XmlElement): XmlElement[] | undefined {
  const isBlank = element.children.every((child) => typeof child !== 'string' || /^[ \t\n\r]*$/.test(child))
  return isBlank ? elements(element) : undefined
}
