/** How the responses are made that tests judge. */
import type { CheckName } from '../../../src/crypto/saml/response.ts'
import type { Terms } from '../../../src/crypto/saml/rules.ts'
import { RESPONSE, resigned, type Signed, type Signing, signAs, swap } from '../saml.ts'

/** A response, and the check that refuses it, or that none does. */
export interface Vector {
  readonly name: string
  readonly xml: string | Buffer
  readonly expected: CheckName | 'accepted'
  readonly terms?: Partial<Terms>
  /** Its signature is another one each time. */
  readonly isRandom?: boolean
}

export type Edit = (xml: string) => string
export type Expected = Vector['expected']

export const MALLORY = 'admin@example.com'
export const ADA = 'ada@example.com'
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'

export const replaced =
  (what: string, by: string): Edit =>
  (xml) =>
    swap(xml, what, by)
/** In the place of the first of several. */
export const first =
  (what: string, by: string): Edit =>
  (xml) => {
    if (!xml.includes(what)) throw new Error(`${what} stands nowhere`)
    return xml.replace(what, () => by)
  }
export const last =
  (what: string, by: string): Edit =>
  (xml) => {
    const place = xml.lastIndexOf(what)
    if (place === -1) throw new Error(`${what} stands nowhere`)
    return xml.slice(0, place) + by + xml.slice(place + what.length)
  }

/** Said by the identity provider itself: changed, and then signed. */
export const said = (
  name: string,
  expected: Expected,
  edit: Edit,
  signed: Signed = 'assertion',
  terms?: Partial<Terms>,
): Vector => ({
  name,
  expected,
  xml: signAs(edit(RESPONSE), signed),
  ...(terms && { terms }),
})

/** Changed by somebody on the way: signed, and then changed. */
export const changed = (
  name: string,
  expected: Expected,
  edit: Edit,
  signed: Signed = 'assertion',
  signing?: Signing,
): Vector => ({
  name,
  expected,
  xml: edit(signAs(RESPONSE, signed, signing)),
})

/** Signed in another way than it should be. */
export const signedBy = (
  name: string,
  expected: Expected,
  signing: Signing,
  terms?: Partial<Terms>,
  signed: Signed = 'assertion',
): Vector => ({
  name,
  expected,
  xml: signAs(RESPONSE, signed, signing),
  ...(terms && { terms }),
})

/** With another `SignedInfo`, which the identity provider has signed all the same. */
export const reworked = (name: string, expected: Expected, edit: Edit, signing?: Signing): Vector =>
  changed(name, expected, (xml) => resigned(edit(xml)), 'assertion', signing)

export const good = signAs(RESPONSE, 'assertion')
export const signedAssertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(good)?.[0] ?? ''
