import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { EMAIL_FORMAT } from '../../src/crypto/saml/rules.ts'
import { attribute, escapeXml, NS, named, parseXml, textOf } from '../../src/crypto/saml/xml.ts'
import type { OutboundOutcome } from '../../src/platform/safe-fetch.ts'
import type { Answer, TestApp } from '../builders.ts'
import type { FakeNetwork } from '../world.ts'
import { ALGORITHM, certificateOf, encoded, type Key, type Login, responseOf, type Signed, signAs } from './saml.ts'

/** What an identity provider knows of us: `sp` of a connection. */
export interface KnownSp {
  readonly entity_id: string
  readonly acs_url: string
  /** PEM. */
  readonly signing_certificate: string
}

export interface Person {
  readonly nameId: string
  readonly email?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly groups?: readonly string[]
}

export const ADA: Person = {
  nameId: 'ada@acme.example',
  email: 'ada@acme.example',
  given_name: 'Ada',
  family_name: 'Lovelace',
  groups: ['staff'],
}

/** What is to be otherwise in one response. */
export interface Change {
  /** What it says. */
  readonly login?: Partial<Login>
  /** The document, before it is signed. */
  readonly edit?: (xml: string) => string
  readonly signed?: Signed
  readonly key?: Key
  /** The document, by somebody on the way. */
  readonly tamper?: (xml: string) => string
}

/** The form that the browser posts, and where. */
export interface Posted {
  readonly action: string
  readonly fields: { readonly SAMLResponse: string; readonly RelayState?: string }
}

/** A company's identity provider as it is played in a test, on the clock of its world. */
export interface SamlIdp {
  readonly entityId: string
  readonly metadataUrl: string
  ssoUrl: string
  /** Its metadata names the certificates of all; the first one signs. */
  keys: readonly Key[]
  signed: Signed
  /** How it names what it says of a person. */
  names: Readonly<Record<Exclude<keyof Person, 'nameId'>, string>>
  /** `idp` of a connection. */
  parts(): { entity_id: string; sso_url: string; certificates: string[] }
  metadata(): string
  /** Its metadata, to whoever asks at that address: for `w.fakeNetwork`. */
  readonly serve: FakeNetwork
  /** Have it answer this service provider. */
  trust(sp: KnownSp): void
  /** Whoever was sent to `redirect_url` has logged in. It is an error when the request is not one that `trust` vouches for. */
  login(redirectUrl: string, person: Person, change?: Change): Promise<Posted>
  /** A click on the tile: nobody has asked. */
  click(sp: KnownSp, person: Person, change?: Change): Posted
}

let responses = 0

export function samlIdp(clock: () => number, host = 'idp.acme.example', keys: readonly Key[] = ['idp']): SamlIdp {
  const known = new Map<string, KnownSp>()
  const certificates = () => idp.keys.map(certificateOf)
  const idp: SamlIdp = {
    entityId: `https://${host}/saml`,
    metadataUrl: `https://${host}/metadata`,
    ssoUrl: `https://${host}/sso`,
    keys,
    signed: 'assertion',
    names: { email: 'email', given_name: 'firstName', family_name: 'lastName', groups: 'groups' },
    parts: () => ({ entity_id: idp.entityId, sso_url: idp.ssoUrl, certificates: certificates() }),
    metadata: () => metadataOf(idp.entityId, idp.ssoUrl, certificates()),
    serve: ({ url }) => (url === idp.metadataUrl ? answerOf(idp.metadata()) : undefined),
    trust: (sp) => void known.set(sp.entity_id, sp),
    async login(redirectUrl, person, change) {
      const { id, issuer, relayState } = await readRequest(redirectUrl, idp.ssoUrl, known, clock())
      return respond(issuer, person, id, relayState, change)
    },
    click: (sp, person, change) => respond(sp, person, undefined, undefined, change),
  }

  function respond(
    sp: KnownSp,
    person: Person,
    request: string | undefined,
    relayState: string | undefined,
    { login = {}, edit = same, signed = idp.signed, key = idp.keys[0] ?? 'idp', tamper = same }: Change = {},
  ): Posted {
    const said: Login = {
      now: clock(),
      issuer: idp.entityId,
      acsUrl: sp.acs_url,
      entityId: sp.entity_id,
      request,
      ending: `-${++responses}`,
      nameId: person.nameId,
      format: EMAIL_FORMAT,
      attributes: attributesOf(person, idp.names),
      ...login,
    }
    const xml = tamper(signAs(edit(responseOf(said)), signed, { key }))
    const fields = { SAMLResponse: encoded(xml), ...(relayState !== undefined && { RelayState: relayState }) }
    return { action: sp.acs_url, fields }
  }

  return idp
}

const same = (xml: string) => xml

function attributesOf(person: Person, names: SamlIdp['names']): Record<string, readonly string[]> {
  const { nameId: _, ...said } = person
  const entries = Object.entries(said).map(([member, value]) => [names[member as keyof typeof names], [value].flat()])
  return Object.fromEntries(entries)
}

/** The signature is of the characters as they were sent. SAML Bindings §3.4.4.1. */
async function readRequest(url: string, ssoUrl: string, known: ReadonlyMap<string, KnownSp>, now: number) {
  const [, query = '', signature = ''] =
    /(SAMLRequest=[^&]*&RelayState=[^&]*&SigAlg=[^&]*)&Signature=([^&]*)$/.exec(url) ?? []
  const asked = new URLSearchParams(query)
  const request = await parseXml(inflateRawSync(Buffer.from(asked.get('SAMLRequest') ?? '', 'base64')).toString())
  assert.ok(request)
  const [issuer] = named(request, 'assertion', 'Issuer').map(textOf)
  const sp = known.get(issuer ?? '')
  assert.ok(sp, `nobody trusts ${issuer}`)
  assert.equal(asked.get('SigAlg'), ALGORITHM.rsaSha256)
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  assert.ok(verify('sha256', Buffer.from(query), createPublicKey(sp.signing_certificate), bytes), 'another has signed')
  assert.ok(url.startsWith(ssoUrl), url)
  assert.equal(attribute(request, 'Destination'), ssoUrl)
  assert.equal(attribute(request, 'AssertionConsumerServiceURL'), sp.acs_url)
  assert.ok(Date.parse(attribute(request, 'IssueInstant') ?? '') <= now, 'it was issued later than now')
  return { issuer: sp, id: attribute(request, 'ID') ?? '', relayState: asked.get('RelayState') ?? '' }
}

const keyDescriptor = (pem: string) =>
  `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${NS.signature}"><ds:X509Data><ds:X509Certificate>` +
  `${pem.replace(/-----[A-Z ]+-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`

export const metadataOf = (entityId: string, ssoUrl: string, certificates: readonly string[]) =>
  `<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${escapeXml(entityId)}">` +
  `<md:IDPSSODescriptor protocolSupportEnumeration="${NS.protocol}">${certificates.map(keyDescriptor).join('')}` +
  `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${escapeXml(ssoUrl)}"/>` +
  '</md:IDPSSODescriptor></md:EntityDescriptor>'

const answerOf = async (xml: string): Promise<OutboundOutcome> => ({
  kind: 'answered',
  status: 200,
  headers: { 'content-type': 'application/samlmetadata+xml' },
  body: Buffer.from(xml),
})

/** The browser, which posts what the identity provider gave it. */
export function post(app: TestApp, { action, fields }: Posted): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://idp.acme.example' }
  const body = new URLSearchParams({ ...fields }).toString()
  return app.call(new URL(action).pathname, { method: 'POST', headers, body })
}
