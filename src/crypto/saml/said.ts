import { statusOf } from './form.ts'
import { attribute, elements, is, named, textOf, type XmlElement } from './xml.ts'

/** Unix ms; NaN for what is there and is no time. SAML Core §1.3.3. */
type Time = number

/** What a response says of itself, as it stands there. */
export interface ResponseSaid {
  readonly id: string
  readonly issuedAt: Time
  readonly issuers: readonly string[]
  readonly destination: string | undefined
  readonly inResponseTo: string | undefined
  /** The outer one first, without what they all begin with: `Success`. */
  readonly status: readonly string[]
}

export interface NameId {
  readonly value: string
  readonly format: string | undefined
  readonly nameQualifier: string | undefined
  readonly spNameQualifier: string | undefined
}

export interface Confirmation {
  readonly method: string | undefined
  /** How many `SubjectConfirmationData` there are; what follows is of the first. */
  readonly data: number
  readonly recipient: string | undefined
  readonly notBefore: Time | undefined
  readonly notOnOrAfter: Time | undefined
  readonly inResponseTo: string | undefined
}

export interface Conditions {
  readonly notBefore: Time | undefined
  readonly notOnOrAfter: Time | undefined
  /** One list for each restriction. */
  readonly audiences: readonly (readonly string[])[]
  /** Names of those that we do not know. */
  readonly unknown: readonly string[]
}

export interface Authentication {
  readonly at: Time | undefined
  readonly sessionIndex: string | undefined
  readonly sessionEndsAt: Time | undefined
  readonly context: string | undefined
}

/** What an assertion says, as it stands there: lists where there should be one, so that somebody can count. SAML Core §2. */
export interface AssertionSaid {
  readonly id: string
  readonly issuedAt: Time
  readonly issuers: readonly string[]
  readonly subjects: number
  readonly nameIds: readonly NameId[]
  readonly confirmations: readonly Confirmation[]
  readonly conditions: readonly Conditions[]
  readonly authentications: readonly Authentication[]
  /** In their order, with every value of each. */
  readonly attributes: readonly (readonly [name: string, values: readonly string[]])[]
}

export interface Said {
  /** What of the two is signed itself; what is in a signed response is signed as well. */
  readonly signed: { readonly response: boolean; readonly assertion: boolean }
  readonly response: ResponseSaid
  readonly assertion: AssertionSaid
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/

/** A day that is none, such as the thirtieth of February, would be one of the month after. */
export function readTime(text: string): Time {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 19)) ? at : Number.NaN
}

function timeIn(element: XmlElement, name: string): Time | undefined {
  const text = attribute(element, name)
  return text === undefined ? undefined : readTime(text)
}

const texts = (list: readonly XmlElement[]): string[] => list.map((one) => textOf(one) ?? '')

export const readResponseElement = (response: XmlElement): ResponseSaid => ({
  id: attribute(response, 'ID') ?? '',
  issuedAt: timeIn(response, 'IssueInstant') ?? Number.NaN,
  issuers: texts(named(response, 'assertion', 'Issuer')),
  destination: attribute(response, 'Destination'),
  inResponseTo: attribute(response, 'InResponseTo'),
  status: statusOf(response),
})

export function readAssertionElement(assertion: XmlElement): AssertionSaid {
  const subjects = named(assertion, 'assertion', 'Subject')
  const inside = (name: string) => subjects.flatMap((subject) => named(subject, 'assertion', name))
  return {
    id: attribute(assertion, 'ID') ?? '',
    issuedAt: timeIn(assertion, 'IssueInstant') ?? Number.NaN,
    issuers: texts(named(assertion, 'assertion', 'Issuer')),
    subjects: subjects.length,
    nameIds: inside('NameID').map(nameIdOf),
    confirmations: inside('SubjectConfirmation').map(confirmationOf),
    conditions: named(assertion, 'assertion', 'Conditions').map(conditionsOf),
    authentications: named(assertion, 'assertion', 'AuthnStatement').map(authenticationOf),
    attributes: named(assertion, 'assertion', 'AttributeStatement').flatMap((statement) =>
      named(statement, 'assertion', 'Attribute').map(attributeOf),
    ),
  }
}

const nameIdOf = (element: XmlElement): NameId => ({
  value: textOf(element) ?? '',
  format: attribute(element, 'Format'),
  nameQualifier: attribute(element, 'NameQualifier'),
  spNameQualifier: attribute(element, 'SPNameQualifier'),
})

function confirmationOf(element: XmlElement): Confirmation {
  const data = named(element, 'assertion', 'SubjectConfirmationData')
  const [first] = data
  return {
    method: attribute(element, 'Method'),
    data: data.length,
    recipient: first && attribute(first, 'Recipient'),
    notBefore: first && timeIn(first, 'NotBefore'),
    notOnOrAfter: first && timeIn(first, 'NotOnOrAfter'),
    inResponseTo: first && attribute(first, 'InResponseTo'),
  }
}

/** Those that restrict nothing for us: we keep no assertion and pass none on. SAML Core §2.5.1.5, §2.5.1.6. */
const HARMLESS = ['OneTimeUse', 'ProxyRestriction']

function conditionsOf(element: XmlElement): Conditions {
  const restrictions = named(element, 'assertion', 'AudienceRestriction')
  const others = elements(element).filter((one) => !restrictions.includes(one))
  return {
    notBefore: timeIn(element, 'NotBefore'),
    notOnOrAfter: timeIn(element, 'NotOnOrAfter'),
    audiences: restrictions.map((one) => texts(named(one, 'assertion', 'Audience'))),
    unknown: others.filter((one) => !HARMLESS.some((name) => is(one, 'assertion', name))).map(({ local }) => local),
  }
}

function authenticationOf(element: XmlElement): Authentication {
  const [context] = named(element, 'assertion', 'AuthnContext').flatMap((one) =>
    named(one, 'assertion', 'AuthnContextClassRef'),
  )
  return {
    at: timeIn(element, 'AuthnInstant'),
    sessionIndex: attribute(element, 'SessionIndex'),
    sessionEndsAt: timeIn(element, 'SessionNotOnOrAfter'),
    context: context && textOf(context),
  }
}

const attributeOf = (element: XmlElement) =>
  [attribute(element, 'Name') ?? '', texts(named(element, 'assertion', 'AttributeValue'))] as const
