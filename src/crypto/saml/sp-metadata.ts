import { EMAIL_FORMAT } from './rules.ts'
import { escapeXml, NS } from './xml.ts'

/** What an identity provider is told of us. */
export interface SpMetadata {
  readonly entityId: string
  readonly acsUrl: string
  /** PEM: the one that signs, and those to come. */
  readonly certificates: readonly string[]
}

/** Our metadata for one connection (SAML Metadata §2.4.4). It offers no key to encrypt for: an encrypted assertion is refused. */
export function spMetadata({ entityId, acsUrl, certificates }: SpMetadata): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${escapeXml(entityId)}">
  <md:SPSSODescriptor protocolSupportEnumeration="${NS.protocol}" AuthnRequestsSigned="true" WantAssertionsSigned="true">
${certificates.map(keyDescriptor).join('')}    <md:NameIDFormat>${EMAIL_FORMAT}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
}

const keyDescriptor = (pem: string): string => `    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${NS.signature}">
        <ds:X509Data>
          <ds:X509Certificate>${pem.replace(/-----[A-Z ]+-----|\s/g, '')}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
`
