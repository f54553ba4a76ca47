import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import type { Terms } from '../../crypto/saml/rules.ts'

/** By what a response for a connection is judged; `now` in Unix ms. */
export const termsOf = ({ config: { behavior }, idp, sp }: SamlConnection, now: number): Terms => ({
  acsUrl: sp.acsUrl,
  entityId: sp.entityId,
  idp: { entityId: idp.entity_id, certificates: idp.certificates.map(({ pem }) => pem) },
  now,
  allowsSha1: behavior.allow_sha1,
  // It would not know where to go on to.
  allowsIdpInitiated: behavior.default_redirect_uri !== undefined,
})
