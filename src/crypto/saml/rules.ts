import type { AssertionSaid, Confirmation, Said } from './said.ts'

/** By what a response is judged. Times in Unix ms. */
export interface Terms {
  /** Where the response arrived, character by character. */
  readonly acsUrl: string
  /** Ours, which the identity provider calls the audience. */
  readonly entityId: string
  readonly idp: {
    readonly entityId: string
    /** PEM; any of them may have signed. */
    readonly certificates: readonly string[]
  }
  readonly now: number
  readonly allowsSha1: boolean
  /** Whether a response is taken that answers no request of ours. */
  readonly allowsIdpInitiated: boolean
}

export const SKEW_MS = 60_000
/** How old a response and its assertion may be. */
const MAX_AGE_MS = 10 * 60_000
/** The same where no request of ours was answered, and so nobody waits for it. */
const MAX_AGE_UNASKED_MS = 2 * 60_000
const MAX_NAME_CHARS = 256
const MAX_VALUE_CHARS = 1_024
const MAX_VALUES = 500

export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
/** What names a person for longer than a session. SAML Core §8.3. */
const FORMATS: readonly (string | undefined)[] = [
  undefined,
  EMAIL_FORMAT,
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified',
]

/** Says what is wrong with what was said under a signature that holds; undefined when nothing is. */
type Rule = (said: Said, terms: Terms) => string | undefined

const judgeIssuer: Rule = ({ response, assertion }, { idp }) => {
  if (assertion.issuers.length !== 1 || response.issuers.length > 1) return 'there is not one issuer'
  const others = [...assertion.issuers, ...response.issuers].filter((one) => one !== idp.entityId)
  return others.length > 0 ? 'the issuer is not the identity provider of this connection' : undefined
}

const judgeStatus: Rule = ({ response: { status } }) =>
  status.length === 1 && status[0] === 'Success' ? undefined : `the status is ${status.join(', ') || 'missing'}`

/** A response that is signed must say where it goes. SAML Bindings §3.5.5.2. */
const judgeDestination: Rule = ({ response: { destination }, signed }, { acsUrl }) => {
  if (destination === undefined) return signed.response ? 'a signed response does not say where it goes' : undefined
  return destination === acsUrl ? undefined : 'the destination is another one'
}

const isLong = (text: string | undefined) => (text?.length ?? 0) > MAX_NAME_CHARS

/** What controls, formats or separates, and what is drawn as nothing: two names that look the same are not two people. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

const judgeSubject: Rule = ({ assertion: { subjects, nameIds } }) => {
  const [nameId, ...others] = nameIds
  if (subjects !== 1) return 'there is not one subject'
  if (!nameId || others.length > 0) return 'there is not one NameID'
  if (nameId.value.trim() === '' || nameId.value.length > MAX_NAME_CHARS) return 'the NameID is empty or too long'
  if ([nameId.nameQualifier, nameId.spNameQualifier].some(isLong)) return 'a qualifier of the NameID is too long'
  if (UNSEEN.test(nameId.value) || nameId.value.trim() !== nameId.value)
    return 'the NameID has a character that nobody sees, or white space around it'
  return FORMATS.includes(nameId.format)
    ? undefined
    : 'the format of the NameID names no person that we could know again'
}

/** What is wrong with a confirmation, but for what it answers. SAML Profiles §4.1.4.2. */
function faultOfConfirmation(one: Confirmation, { acsUrl, now }: Terms): string | undefined {
  if (one.method !== BEARER) return 'the confirmation is of another method than bearer'
  if (one.data !== 1) return 'the confirmation does not say for whom it is'
  if (one.recipient !== acsUrl) return 'the recipient is another one'
  if (one.notBefore !== undefined) return 'the confirmation of a bearer has a beginning'
  return isOver(one.notOnOrAfter, now) ? 'the confirmation is over, or has no end' : undefined
}

const isOver = (end: number | undefined, now: number) => end === undefined || !(end > now - SKEW_MS)

const judgeConfirmation: Rule = ({ assertion: { confirmations } }, terms) => {
  const faults = confirmations.map((one) => faultOfConfirmation(one, terms))
  if (faults.length === 0) return 'nothing confirms the subject'
  return faults.includes(undefined) ? undefined : faults[0]
}

const judgeConditions: Rule = ({ assertion: { conditions } }, { now }) => {
  const [one, ...others] = conditions
  if (!one || others.length > 0) return 'there are not one set of conditions'
  if (one.unknown.length > 0) return 'there is a condition that we do not know'
  if (one.notBefore !== undefined && !(one.notBefore <= now + SKEW_MS)) return 'the assertion is not valid yet'
  return isOver(one.notOnOrAfter, now) ? 'the assertion is over, or has no end' : undefined
}

const judgeAudience: Rule = ({ assertion: { conditions } }, { entityId }) => {
  const restrictions = conditions.flatMap(({ audiences }) => audiences)
  if (restrictions.length === 0) return 'the assertion does not say for whom it is'
  return restrictions.every((some) => some.includes(entityId)) ? undefined : 'the audience is another one'
}

const judgeAge: Rule = ({ response, assertion }, { now }) => {
  const longest = response.inResponseTo === undefined ? MAX_AGE_UNASKED_MS : MAX_AGE_MS
  for (const at of [response.issuedAt, assertion.issuedAt]) {
    if (!(at <= now + SKEW_MS)) return 'it was issued later than now'
    if (!(at >= now - longest)) return 'it was issued too long ago'
  }
  return undefined
}

const judgeAuthentication: Rule = ({ assertion: { authentications } }, { now }) => {
  const [one, ...others] = authentications
  if (!one || others.length > 0) return 'there is not one authentication'
  if (one.at === undefined || !(one.at <= now + SKEW_MS))
    return 'the authentication has no time, or one that is to come'
  if (isLong(one.sessionIndex) || isLong(one.context)) return 'the authentication is named too long'
  const end = one.sessionEndsAt
  return end !== undefined && !(end > now) ? 'the session at the identity provider is over' : undefined
}

/** Both say what they answer, and the same, or neither does. Whether that request is one of ours, its rows tell. */
const judgeAnswer: Rule = ({ response, assertion: { confirmations } }, { allowsIdpInitiated }) => {
  const bearers = confirmations.filter(({ method }) => method === BEARER)
  if (bearers.some(({ inResponseTo }) => inResponseTo !== response.inResponseTo))
    return 'response and confirmation do not answer the same request'
  if (response.inResponseTo === '') return 'it answers a request without a name'
  return response.inResponseTo === undefined && !allowsIdpInitiated ? 'it answers no request' : undefined
}

const judgeAttributes: Rule = ({ assertion: { attributes } }) => {
  const names = attributes.map(([name]) => name)
  if (names.some((name) => name === '' || name.length > MAX_NAME_CHARS))
    return 'an attribute has no name, or too long a one'
  if (new Set(names).size < names.length) return 'an attribute is there twice'
  const values = attributes.flatMap(([, some]) => some)
  if (values.length > MAX_VALUES) return `there are more than ${MAX_VALUES} values`
  return values.some((value) => value.length > MAX_VALUE_CHARS) ? 'a value is too long' : undefined
}

/** What is asked of what was said, in the order in which it is. */
export const RULES = [
  ['issuer', judgeIssuer],
  ['status', judgeStatus],
  ['destination', judgeDestination],
  ['subject', judgeSubject],
  ['confirmation', judgeConfirmation],
  ['conditions', judgeConditions],
  ['audience', judgeAudience],
  ['age', judgeAge],
  ['authentication', judgeAuthentication],
  ['in_response_to', judgeAnswer],
  ['attributes', judgeAttributes],
] as const satisfies readonly (readonly [string, Rule])[]

/** Until when the same response would be taken again, were it not remembered. */
export function usableUntil({ conditions, confirmations, issuedAt }: AssertionSaid, terms: Terms): number {
  const good = confirmations.filter((one) => faultOfConfirmation(one, terms) === undefined)
  const confirmed = Math.max(...good.map(({ notOnOrAfter = 0 }) => notOnOrAfter))
  return Math.min(...conditions.map(({ notOnOrAfter = 0 }) => notOnOrAfter), confirmed, issuedAt + MAX_AGE_MS) + SKEW_MS
}
