import { parseXml, type XmlElement } from './xml.ts'

/**
 * What of a response is signed, read again from the very bytes that the signatures are of: the response, or its assertion alone. Undefined where any of the
 * wanted signatures is not one by the certificates. `text` has passed every check of its form.
 */
export async function verifiedPart(
  text: string,
  certificates: readonly string[],
  wanted: { readonly response: boolean; readonly assertion: boolean },
): Promise<XmlElement | undefined> {
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml')
  let signed: string | undefined
  /** The library up to where it would read identity, times and audience from what is signed: by the clock of the machine, and the first of several. That is ours. */
  class Signatures extends SAML {
    protected override async getSignedAssertion(signedXml: string) {
      signed = signedXml
      return await super.getSignedAssertion(signedXml)
    }
    protected override async processValidlySignedAssertionAsync() {
      return { profile: {} as never, loggedOut: false }
    }
  }
  const verifier = new Signatures({
    // None of these three is looked at before the reading.
    callbackUrl: 'https://sp.invalid/acs',
    issuer: 'https://sp.invalid',
    audience: 'https://sp.invalid',
    idpCert: [...certificates],
    wantAssertionsSigned: wanted.assertion,
    wantAuthnResponseSigned: wanted.response,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: -1,
    maxAssertionAgeMs: 0,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
  })
  try {
    await verifier.validatePostResponseAsync({ SAMLResponse: Buffer.from(text, 'utf8').toString('base64') })
  } catch {
    return undefined
  }
  return signed?.startsWith('<') ? await parseXml(signed) : undefined
}
