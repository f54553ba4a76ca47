import { constants, verify } from 'node:crypto'
import { methodsOfOne } from './signature-form.ts'
import { named, textOf, type XmlElement } from './xml.ts'

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const ALGORITHMS = new Map<string, readonly [hash: string, padding?: typeof PSS]>([
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', ['sha1']],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', ['sha256']],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', ['sha512']],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', ['sha256', PSS]],
])

/**
 * Which of some certificates (PEM) a signature is by; undefined where none is. It asks only whether `SignedInfo` is signed, which is small. The library writes
 * the canonical form of everything before it asks that, for each certificate anew, and anybody can send something to write.
 */
export function signerOf(signature: XmlElement, pems: readonly string[]): string | undefined {
  const [info] = named(signature, 'signature', 'SignedInfo')
  const [value] = named(signature, 'signature', 'SignatureValue')
  const [hash, padding] = ALGORITHMS.get(methodsOfOne(signature).signature) ?? []
  if (!info || !value || hash === undefined) return undefined
  const bytes = Buffer.from(canonicalForm(info))
  const signed = Buffer.from(textOf(value) ?? '', 'base64')
  return pems.find((key) => verify(hash, bytes, { key, ...padding }, signed))
}

/** Exclusive XML Canonicalization 1.0 §3, of an element whose own and whose attributes’ names are in namespaces; `rendered` is what stands above it, by prefix. */
export function canonicalForm(element: XmlElement, rendered: ReadonlyMap<string, string> = new Map()): string {
  const attributes = element.attributes.filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns')
  const used = new Map([[element.name.includes(':') ? element.name.replace(/:.*/, '') : '', element.namespace]])
  for (const { prefix, namespace } of attributes) if (prefix !== '' && prefix !== 'xml') used.set(prefix, namespace)
  const declared = [...used].filter(([prefix, namespace]) => rendered.get(prefix) !== namespace).sort(byFirst)
  const written = [
    ...declared.map(([prefix, namespace]) => [prefix === '' ? 'xmlns' : `xmlns:${prefix}`, namespace] as const),
    ...attributes
      .map((one) => [`${one.namespace}\0${one.local}`, one] as const)
      .sort(byFirst)
      .map(([, one]) => [one.name, one.value] as const),
  ].map(([name, value]) => ` ${name}="${escaped(value, /[&<"\t\n\r]/g)}"`)
  const below = new Map([...rendered, ...declared])
  const inside = element.children.map((child) =>
    typeof child === 'string' ? escaped(child, /[&<>\r]/g) : canonicalForm(child, below),
  )
  return `<${element.name}${written.join('')}>${inside.join('')}</${element.name}>`
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}
const escaped = (text: string, which: RegExp): string => text.replace(which, (character) => ESCAPES[character] ?? '')
