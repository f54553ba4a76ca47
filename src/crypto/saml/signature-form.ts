import { decodeBase64 } from './base64.ts'
import { type FormRule, onlyElements } from './form.ts'
import { attribute, elements, every, is, NS, named, textOf, type XmlElement } from './xml.ts'

const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

/** What a signature says it is made with. */
export interface SignatureMethods {
  readonly signature: string
  readonly digest: string
}

const isNamed = (element: XmlElement | undefined, name: string): element is XmlElement =>
  element !== undefined && is(element, 'signature', name)

/** The signatures of the response and of its assertion, where they have one. */
export function signaturesOf(response: XmlElement): { response: XmlElement[]; assertion: XmlElement[] } {
  const [assertion] = named(response, 'assertion', 'Assertion')
  return {
    response: named(response, 'signature', 'Signature'),
    assertion: assertion ? named(assertion, 'signature', 'Signature') : [],
  }
}

/** One signature at most on each of the two, one at least in all, none elsewhere, and each of the one form that SAML knows. SAML Core §5.4. */
export const judgeSignatures: FormRule = (response) => {
  const found = [...every(response)].filter(({ local }) => local === 'Signature')
  const [assertion] = named(response, 'assertion', 'Assertion')
  const { response: ofResponse, assertion: ofAssertion } = signaturesOf(response)
  if (found.length === 0) return 'nothing is signed'
  if (ofResponse.length > 1 || ofAssertion.length > 1) return 'something is signed twice'
  if (found.length > ofResponse.length + ofAssertion.length) return 'there is a signature where none belongs'
  const parts = [
    'SignedInfo',
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
    'Transforms',
    'DigestMethod',
    'DigestValue',
    'SignatureValue',
  ]
  const locals = [...every(response)].map(({ local }) => local)
  for (const part of parts) {
    if (locals.filter((local) => local === part).length !== found.length)
      return `there is a ${part} too many or too few`
  }
  for (const [parent, signature] of [
    [response, ofResponse[0]],
    [assertion, ofAssertion[0]],
  ]) {
    const reason = parent && signature && judgeOne(signature, attribute(parent, 'ID') ?? '')
    if (reason) return reason
    if (signature && !every(signature).filter(isValue).every(isBase64)) return 'a digest or a signature is no base64'
  }
  return undefined
}

const isValue = (element: XmlElement) => isNamed(element, 'DigestValue') || isNamed(element, 'SignatureValue')

/** In its one spelling, with white space anywhere: Java’s signer breaks its lines with `&#13;`. */
const isBase64 = (element: XmlElement): boolean =>
  (decodeBase64((textOf(element) ?? '').replace(/[ \t\r\n]/g, ''))?.byteLength ?? 0) > 0

function judgeOne(signature: XmlElement, id: string): string | undefined {
  const [info, value, keyInfo, ...rest] = onlyElements(signature) ?? []
  if (!isNamed(info, 'SignedInfo') || !isNamed(value, 'SignatureValue') || rest.length > 0)
    return 'a signature is not made of what it should be'
  if (keyInfo && !isNamed(keyInfo, 'KeyInfo')) return 'a signature has more than it should'
  const [canonicalization, method, reference, ...others] = onlyElements(info) ?? []
  if (!isNamed(canonicalization, 'CanonicalizationMethod') || !isNamed(method, 'SignatureMethod'))
    return 'what is signed does not say how'
  if (!isNamed(reference, 'Reference') || others.length > 0) return 'a signature is not of one reference'
  if (attribute(canonicalization, 'Algorithm') !== NS.exclusive || elements(canonicalization).length > 0)
    return 'the canonical form is not the exclusive one'
  if (elements(method).length > 0) return 'the method of a signature has parameters'
  if (attribute(reference, 'URI') !== `#${id}`) return 'a signature is of something else than what it stands in'
  return judgeReference(reference)
}

function judgeReference(reference: XmlElement): string | undefined {
  const [transforms, method, value, ...rest] = onlyElements(reference) ?? []
  if (!isNamed(transforms, 'Transforms') || !isNamed(method, 'DigestMethod') || !isNamed(value, 'DigestValue'))
    return 'a reference is not made of what it should be'
  if (rest.length > 0 || elements(method).length > 0) return 'a reference has more than it should'
  const [enveloped, exclusive, ...others] = onlyElements(transforms) ?? []
  if (!isNamed(enveloped, 'Transform') || !isNamed(exclusive, 'Transform') || others.length > 0)
    return 'the transforms are not the two of SAML'
  if (attribute(enveloped, 'Algorithm') !== ENVELOPED || elements(enveloped).length > 0)
    return 'the first transform is not that of an enveloped signature'
  if (attribute(exclusive, 'Algorithm') !== NS.exclusive)
    return 'the second transform is not the exclusive canonical form'
  const [prefixes, ...more] = elements(exclusive)
  if (more.length > 0 || (prefixes && !isPrefixes(prefixes)))
    return 'the second transform has parameters that we do not know'
  return judgeValue(textOf(value) ?? '')
}

/** Each prefix is looked for among all declarations, so there are few. */
const MAX_PREFIXES_CHARS = 256

const isPrefixes = (element: XmlElement): boolean =>
  is(element, 'exclusive', 'InclusiveNamespaces') &&
  element.children.length === 0 &&
  (attribute(element, 'PrefixList') ?? '').length <= MAX_PREFIXES_CHARS

/** Of an empty text: what a canonical form that failed would have. */
const OF_NOTHING = [
  '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
  '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
]

function judgeValue(digest: string): string | undefined {
  return OF_NOTHING.includes(digest.replace(/\s/g, '')) ? 'a digest is that of nothing' : undefined
}

/** RFC 9231 §2.3, XML Encryption §5.8. What the library has: RSA alone, and SHA-1, which a connection must allow. */
const SIGNATURE_METHODS = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
]
const DIGEST_METHODS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512']
const SHA1_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
const SHA1_DIGEST = 'http://www.w3.org/2000/09/xmldsig#sha1'

/** What the signatures of a response say they are made with; for one whose form is judged. */
export function methodsOf(response: XmlElement): SignatureMethods[] {
  return Object.values(signaturesOf(response)).flatMap((some) => some.map(methodsOfOne))
}

export function methodsOfOne(signature: XmlElement): SignatureMethods {
  const algorithm = (name: string) => {
    const found = [...every(signature)].find((element) => isNamed(element, name))
    return (found && attribute(found, 'Algorithm')) ?? ''
  }
  return { signature: algorithm('SignatureMethod'), digest: algorithm('DigestMethod') }
}

/** Whether SHA-1 is in it anywhere: for a warning. */
export const usesSha1 = (methods: readonly SignatureMethods[]): boolean =>
  methods.some(({ signature, digest }) => signature === SHA1_SIGNATURE || digest === SHA1_DIGEST)

export function judgeMethods(methods: readonly SignatureMethods[], allowsSha1: boolean): string | undefined {
  if (usesSha1(methods) && !allowsSha1) return 'SHA-1 is not taken'
  const areKnown = methods.every(
    ({ signature, digest }) =>
      [...SIGNATURE_METHODS, SHA1_SIGNATURE].includes(signature) && [...DIGEST_METHODS, SHA1_DIGEST].includes(digest),
  )
  return areKnown ? undefined : 'a method of the signature is none that we take'
}
