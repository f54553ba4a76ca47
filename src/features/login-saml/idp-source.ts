import type { RefreshProblem, SamlCertificate, SamlIdp } from '../../core/saml-connections/connection.ts'
import type { IdpCertificate } from '../../crypto/saml/certificates.ts'
import { type IdpDescription, readIdpMetadata, readIdpParts } from '../../crypto/saml/idp-metadata.ts'
import type { Deps } from '../../platform/deps.ts'
import { NETWORK_CAUSES } from '../../platform/network-cause.ts'
import type { OutboundFailure } from '../../platform/safe-fetch.ts'

export type FetchedIdp =
  | { readonly kind: 'idp'; readonly idp: IdpDescription }
  /** `reason`: in our own words. */
  | { readonly kind: 'problem'; readonly problem: RefreshProblem; readonly reason: string }

const FETCH = { timeoutMs: 10_000, maxBytes: 512 * 1024 }
const ACCEPT = 'application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1'

const FAILED: Readonly<Record<OutboundFailure['reason'], string>> = {
  bad_url: 'is no https URL',
  private_address: 'is at a private address',
  timeout: 'did not answer within ten seconds',
  too_large: 'answers more than 512 KiB',
  network: 'cannot be reached',
}

const whyNot = ({ reason, cause }: OutboundFailure): string =>
  cause ? `${FAILED[reason]}: ${NETWORK_CAUSES[cause]}` : FAILED[reason]

/** Read the metadata of an identity provider where it publishes it. */
export async function fetchIdp(deps: Deps, url: string): Promise<FetchedIdp> {
  const outcome = await deps.fetch({ method: 'GET', url, headers: { accept: ACCEPT }, ...FETCH })
  if (outcome.kind === 'failed') return { kind: 'problem', problem: 'unreachable', reason: whyNot(outcome) }
  if (outcome.status !== 200) {
    const reason = `answers with status ${outcome.status}, and no metadata`
    return { kind: 'problem', problem: 'unreachable', reason }
  }
  const read = await readIdpMetadata(outcome.body, deps.now())
  if (read.kind === 'idp') return read
  return { kind: 'problem', problem: 'invalid', reason: `answers what cannot be used: ${read.reason}` }
}

/** What is stored of an identity provider. `source`: of its certificates. */
export const storedIdp = (
  { entityId, ssoUrl, sloUrl, certificates }: IdpDescription,
  source: SamlCertificate['source'],
): SamlIdp => ({
  entity_id: entityId,
  sso_url: ssoUrl,
  ...(sloUrl !== undefined && { slo_url: sloUrl }),
  certificates: certificates.map((one) => storedCertificate(one, source)),
})

export const storedCertificate = (
  { pem, fingerprint, notBefore, expiresAt }: IdpCertificate,
  source: SamlCertificate['source'],
): SamlCertificate => ({ pem, fingerprint, not_before: notBefore, expires_at: expiresAt, source })

/** Parts of an identity provider as an operator changes them; null takes one out. */
export interface IdpChange {
  readonly entity_id?: string | undefined
  readonly sso_url?: string | undefined
  readonly slo_url?: string | null | undefined
  readonly certificates?: readonly string[] | undefined
}

/** Nobody yet: of whom every part is still to be given. */
export const NOBODY: SamlIdp = { entity_id: '', sso_url: '', certificates: [] }

/** An identity provider after a change by hand. Certificates that it has already are still those that metadata named. */
export function typedIdp(
  before: SamlIdp,
  change: IdpChange,
): { kind: 'idp'; idp: SamlIdp } | { kind: 'fault'; reason: string } {
  const known = before.certificates
  const outcome = readIdpParts({
    entityId: change.entity_id ?? before.entity_id,
    ssoUrl: change.sso_url ?? before.sso_url,
    sloUrl: change.slo_url === null ? undefined : (change.slo_url ?? before.slo_url),
    certificates: change.certificates ?? known.slice(0, 1).map(({ pem }) => pem),
  })
  if (outcome.kind === 'fault') return outcome
  const idp = storedIdp(outcome.idp, 'operator')
  const given = idp.certificates.map((one) => known.find(({ fingerprint }) => fingerprint === one.fingerprint) ?? one)
  return { kind: 'idp', idp: { ...idp, certificates: change.certificates ? given : known } }
}
