import { decodeBase64 } from './base64.ts'
import { readIdpCertificate } from './certificates.ts'
import { type FormRule, judgeAssertion, judgeIds, judgeNamespaces, judgeRoot, judgeTexts } from './form.ts'
import { RULES, type Terms, usableUntil } from './rules.ts'
import { type Authentication, type NameId, readAssertionElement, readResponseElement, type Said } from './said.ts'
import { scan } from './scan.ts'
import {
  judgeMethods,
  judgeSignatures,
  methodsOf,
  type SignatureMethods,
  signaturesOf,
  usesSha1,
} from './signature-form.ts'
import { signerOf } from './signer.ts'
import { verifiedPart } from './verify.ts'
import { is, named, parseXml, type XmlElement } from './xml.ts'

/** Enough for somebody in 500 groups. The library writes the canonical form of each element several times before it looks at a signature, and whoever sends junk has us do it. */
const LIMITS = { bytes: 192 * 1024, elements: 650, attributes: 2_500, names: 128 }

const FORM_RULES = [
  ['namespaces', judgeNamespaces],
  ['response', judgeRoot],
  ['one_assertion', judgeAssertion],
  ['unique_ids', judgeIds],
  ['signature_form', judgeSignatures],
  ['plain_text', judgeTexts],
] as const satisfies readonly (readonly [string, FormRule])[]

/** Every check, in the order in which they are made; the first that refuses ends it until the signature holds, and all are made from there on. */
export const CHECKS = [
  'size',
  'base64',
  'encoding',
  'markup',
  'characters',
  'well_formed',
  'limits',
  ...FORM_RULES.map(([name]) => name),
  'methods',
  'certificates',
  'signature',
  ...RULES.map(([name]) => name),
] as const
export type CheckName = (typeof CHECKS)[number]

export interface Check {
  readonly name: CheckName
  readonly result: 'passed' | 'refused' | 'not_reached'
  /** Of a refusal: for a log. Nothing of what was sent stands in it but names of statuses and elements. */
  readonly reason?: string
}

/** Who an identity provider says has logged in: all of it from the bytes that are signed. */
export interface Reading {
  readonly issuer: string
  readonly nameId: NameId
  /** By name; a name is any text. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly authentication: Authentication
  readonly assertionId: string
  /** The request that it answers: still to be found among those of this very connection. Undefined where the identity provider began. */
  readonly inResponseTo: string | undefined
  /** Unix ms. */
  readonly issuedAt: number
  /** Until when the assertion must be remembered as used, Unix ms. */
  readonly usableUntil: number
}

interface Judged {
  readonly checks: readonly Check[]
  readonly methods: readonly SignatureMethods[]
  /** SHA-1 is in it: for a warning. */
  readonly usesSha1: boolean
}
export interface Accepted extends Judged {
  readonly kind: 'accepted'
  readonly reading: Reading
}
export interface Refused extends Judged {
  readonly kind: 'refused'
  readonly check: CheckName
  readonly reason: string
  /** What stands there, once the signature holds. */
  readonly said: Said | undefined
}
export type Verdict = Accepted | Refused

/** Judges what came as `SAMLResponse`: the value of the form, base64. Reads no clock and remembers nothing; a reading is worth a login only once its request and its assertion are used up. */
export async function judgeResponse(encoded: string, terms: Terms): Promise<Verdict> {
  const form = await judgeForm(encoded, terms)
  if (form.kind === 'refused') return refusedAt(form.check, form.reason, form.methods)
  const { response, methods } = form
  const said = await readVerified(form.text, response, terms)
  if (typeof said === 'string') return refusedAt(said, REASONS[said], methods)
  const faults = new Map<CheckName, string | undefined>(RULES.map(([name, judge]) => [name, judge(said, terms)]))
  const checks = CHECKS.map((name) => checkOf(name, faults.get(name)))
  const judged = { checks, methods, usesSha1: usesSha1(methods) }
  const refused = checks.find(({ result }) => result === 'refused')
  if (refused) return { kind: 'refused', check: refused.name, reason: refused.reason ?? '', said, ...judged }
  return { kind: 'accepted', reading: readingOf(said, terms), ...judged }
}

const checkOf = (name: CheckName, reason: string | undefined): Check =>
  reason === undefined ? { name, result: 'passed' } : { name, result: 'refused', reason }

function refusedAt(check: CheckName, reason: string, methods: readonly SignatureMethods[]): Refused {
  const at = CHECKS.indexOf(check)
  const checks = CHECKS.map((name, index): Check => {
    if (index === at) return { name, result: 'refused', reason }
    return { name, result: index < at ? 'passed' : 'not_reached' }
  })
  return { kind: 'refused', check, reason, said: undefined, checks, methods, usesSha1: usesSha1(methods) }
}

type Form =
  | {
      readonly kind: 'form'
      readonly text: string
      readonly response: XmlElement
      readonly methods: SignatureMethods[]
    }
  | {
      readonly kind: 'refused'
      readonly check: CheckName
      readonly reason: string
      readonly methods: SignatureMethods[]
    }

const wrong = (check: CheckName, reason: string, methods: SignatureMethods[] = []): Form => ({
  kind: 'refused',
  check,
  reason,
  methods,
})

/** Everything that is asked before any cryptography. */
async function judgeForm(encoded: string, { allowsSha1 }: Terms): Promise<Form> {
  const bytes = readEncoded(encoded)
  if (typeof bytes === 'string') return wrong(bytes, bytes === 'size' ? 'is too large' : 'is no base64')
  const scanned = scan(bytes, LIMITS)
  if (scanned.kind === 'fault') return wrong(scanned.check, scanned.reason)
  const response = await parseXml(scanned.text)
  if (!response) return wrong('well_formed', 'is no XML')
  for (const [name, judge] of FORM_RULES) {
    const reason = judge(response)
    if (reason !== undefined) return wrong(name, reason)
  }
  const methods = methodsOf(response)
  const reason = judgeMethods(methods, allowsSha1)
  if (reason !== undefined) return wrong('methods', reason, methods)
  return { kind: 'form', text: scanned.text, response, methods }
}

/** In base64, without line breaks. */
const MAX_CHARS = (LIMITS.bytes / 3) * 4

/** The bytes of a base64 text in its one spelling; line breaks may stand in it (RFC 2045 §6.8). */
function readEncoded(encoded: string): Buffer | 'size' | 'base64' {
  if (encoded.length > 2 * MAX_CHARS) return 'size'
  const text = encoded.replace(/[\r\n]/g, '')
  if (text.length > MAX_CHARS) return 'size'
  return decodeBase64(text) ?? 'base64'
}

const REASONS = {
  certificates: 'the connection has no certificate that can verify anything',
  signature: 'no certificate of the connection made the signature, or what is signed was changed',
} as const

/** What was said, from the bytes that are signed; the name of the check that refuses where they are not. */
async function readVerified(
  text: string,
  response: XmlElement,
  { idp }: Terms,
): Promise<Said | 'certificates' | 'signature'> {
  const outcomes = idp.certificates.map(readIdpCertificate)
  const pems = outcomes.flatMap((one) => (one.kind === 'certificate' ? [one.certificate.pem] : []))
  if (pems.length === 0) return 'certificates'
  const found = signaturesOf(response)
  const signed = { response: found.response.length > 0, assertion: found.assertion.length > 0 }
  const signers = [...found.response, ...found.assertion].map((signature) => signerOf(signature, pems))
  const known = signers.filter((pem) => pem !== undefined)
  if (known.length < signers.length) return 'signature'
  const part = await verifiedPart(text, [...new Set(known)], signed)
  if (!part) return 'signature'
  const outer = signed.response ? part : response
  const [assertion] = signed.response ? named(part, 'assertion', 'Assertion') : [part]
  if (!is(outer, 'protocol', 'Response') || !assertion || !is(assertion, 'assertion', 'Assertion')) return 'signature'
  return { response: readResponseElement(outer), assertion: readAssertionElement(assertion), signed }
}

/** Of what every rule has passed. */
function readingOf({ response, assertion }: Said, terms: Terms): Reading {
  const [nameId] = assertion.nameIds
  const [authentication] = assertion.authentications
  if (!nameId || !authentication) throw new Error('an assertion passed without what every assertion has')
  return {
    issuer: assertion.issuers[0] ?? '',
    nameId,
    attributes: new Map(assertion.attributes),
    authentication,
    assertionId: assertion.id,
    inResponseTo: response.inResponseTo,
    issuedAt: assertion.issuedAt,
    usableUntil: usableUntil(assertion, terms),
  }
}
