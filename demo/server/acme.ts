import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'
import type { ServiceProvider } from './authn-request.ts'
import { element, textOf } from './canonical-xml.ts'
import { signedResponse } from './signed-response.ts'

/** What Acme's identity provider calls itself: a name, and no place. */
export const ACME = 'https://login.acme.example/saml'
export const ACME_DOMAIN = 'acme.example'
export const ACME_PATH = '/demo/acme/'

/** Who has an account there. What they are called goes into each response. */
export interface Member {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
}

/** Katherine works for somebody else, and has an account all the same. */
export const members: readonly Member[] = [
  { id: 'mary', firstName: 'Mary', lastName: 'Jackson', email: `mary-jackson@${ACME_DOMAIN}` },
  { id: 'dorothy', firstName: 'Dorothy', lastName: 'Vaughan', email: `dorothy-vaughan@${ACME_DOMAIN}` },
  { id: 'katherine', firstName: 'Katherine', lastName: 'Johnson', email: 'katherine-johnson@contractor.example' },
]

/** The identity provider of a pretend company. */
export interface Acme {
  /** What Antiphon has to know of it. `ssoUrl`: where it is asked. SAML Metadata §2.4.3. */
  metadata(ssoUrl: string): string
  /** Tell a service provider who has logged in, in answer to a request or of its own accord: base64. */
  respond(member: Member, sp: ServiceProvider, inResponseTo: string | undefined): string
}

/** Open it with a key of its own that is new each time. `now` in Unix ms. */
export async function openAcme(now: () => number): Promise<Acme> {
  const { privateKey, certificate } = await newKey(now())
  return {
    metadata: (ssoUrl) => metadataOf(certificate, ssoUrl),
    respond({ firstName, lastName, email }, { entity_id, acs_url }, inResponseTo) {
      const attributes = { email, firstName, lastName }
      const login = { issuer: ACME, audience: entity_id, acsUrl: acs_url, inResponseTo, email, attributes, now: now() }
      return Buffer.from(signedResponse(login, privateKey)).toString('base64')
    },
  }
}

const YEAR_MS = 365 * 86_400_000

/** The certificate is in base64. */
async function newKey(now: number): Promise<{ privateKey: KeyObject; certificate: string }> {
  const made = await generate([{ name: 'commonName', value: 'Acme' }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(now),
    notAfterDate: new Date(now + YEAR_MS),
  })
  const certificate = new X509Certificate(made.cert).raw.toString('base64')
  return { privateKey: createPrivateKey(made.private), certificate }
}

function metadataOf(certificate: string, ssoUrl: string): string {
  const x509 = element('ds:X509Data', {}, element('ds:X509Certificate', {}, textOf(certificate)))
  const keyInfo = element('ds:KeyInfo', { 'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#' }, x509)
  const service = { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: ssoUrl }
  return element(
    'md:EntityDescriptor',
    { 'xmlns:md': 'urn:oasis:names:tc:SAML:2.0:metadata', entityID: ACME },
    element(
      'md:IDPSSODescriptor',
      { protocolSupportEnumeration: 'urn:oasis:names:tc:SAML:2.0:protocol', WantAuthnRequestsSigned: 'true' },
      element('md:KeyDescriptor', { use: 'signing' }, keyInfo),
      element('md:SingleSignOnService', service),
    ),
  )
}
