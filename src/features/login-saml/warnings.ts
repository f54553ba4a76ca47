import type { Application } from '../../core/applications/application.ts'
import { isListed } from '../../core/return-targets/target.ts'
import type { RefreshProblem, SamlConfig, SamlConnection, SamlIdp } from '../../core/saml-connections/connection.ts'

/** How long before its end a certificate is spoken of. */
export const SOON_MS = 30 * 86_400_000

/** What of a connection an operator should look at. */
export interface Warning {
  readonly code:
    | 'enforce_login_inert'
    | 'domain_named_twice'
    | 'default_redirect_uri_not_listed'
    | 'sha1_allowed'
    | 'certificate_expired'
    | 'certificate_expires_soon'
    | 'signing_certificate_expires_soon'
    | 'metadata_not_taken'
  readonly message: string
}

export interface Circumstances {
  readonly connection: Pick<SamlConnection, 'config' | 'idp'>
  readonly app: Pick<Application, 'redirectUris' | 'mode'>
  /** Domains of the list that another enabled connection names. */
  readonly shared: readonly string[]
  /** Empty when its metadata was taken, or it has none. */
  readonly problem: RefreshProblem | ''
  /** Unix ms: the end of our certificate that signs. */
  readonly signingEndsAt: number
  readonly now: number
}

/** In the order in which they are shown. */
export function warningsOf({ connection, app, shared, problem, signingEndsAt, now }: Circumstances): Warning[] {
  const { config, idp } = connection
  return [
    ...warningsOfBehavior(config, app),
    ...shared.map((domain) =>
      warning('domain_named_twice', `another connection names ${domain}, too, so neither speaks for it`),
    ),
    ...warningsOfCertificates(idp, now),
    ...(signingEndsAt <= now + SOON_MS
      ? [
          warning(
            'signing_certificate_expires_soon',
            `the certificate that we sign with ends on ${dayOf(signingEndsAt)}`,
          ),
        ]
      : []),
    ...(problem === '' ? [] : [warning('metadata_not_taken', PROBLEMS[problem])]),
  ]
}

const PROBLEMS: Readonly<Record<RefreshProblem, string>> = {
  unreachable: 'the metadata could not be read; what was read last stays',
  invalid: 'the metadata could not be used; what was read last stays',
  entity_id_changed: 'the metadata is that of another identity provider; what was read last stays',
}

const warning = (code: Warning['code'], message: string): Warning => ({ code, message })
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function warningsOfBehavior({ behavior }: SamlConfig, app: Circumstances['app']): Warning[] {
  const { enforce_login, email_domain_allowlist, default_redirect_uri, allow_sha1 } = behavior
  const isInert = enforce_login && email_domain_allowlist.length === 0
  const isUnlisted = default_redirect_uri !== undefined && !isListed(default_redirect_uri, app)
  return [
    ...(isInert
      ? [warning('enforce_login_inert', 'enforce_login does nothing while email_domain_allowlist is empty')]
      : []),
    ...(isUnlisted
      ? [
          warning(
            'default_redirect_uri_not_listed',
            'default_redirect_uri is not on the list of the application any more',
          ),
        ]
      : []),
    ...(allow_sha1
      ? [warning('sha1_allowed', 'signatures by SHA-1 are taken, which others may be able to forge')]
      : []),
  ]
}

/** A login does not look at these dates; the identity provider may. */
function warningsOfCertificates({ certificates }: SamlIdp, now: number): Warning[] {
  return certificates
    .filter(({ expires_at, gone_since }) => gone_since === undefined && expires_at <= now + SOON_MS)
    .map(({ expires_at, fingerprint }) => {
      const which = `the certificate ${fingerprint.slice(0, 16)}… of the identity provider`
      return expires_at <= now
        ? warning('certificate_expired', `${which} ended on ${dayOf(expires_at)}`)
        : warning('certificate_expires_soon', `${which} ends on ${dayOf(expires_at)}`)
    })
}

/** By connection: the domains that it names and another enabled one, too. */
export function sharedDomains(connections: readonly SamlConnection[]): ReadonlyMap<string, readonly string[]> {
  const enabled = connections.filter(({ config }) => config.enabled)
  const named = enabled.flatMap(({ config }) => config.behavior.email_domain_allowlist)
  const namings = Map.groupBy(named, (domain) => domain)
  const isTwice = (domain: string) => (namings.get(domain)?.length ?? 0) > 1
  const shared = ({ config }: SamlConnection) => config.behavior.email_domain_allowlist.filter(isTwice)
  return new Map(enabled.map((connection) => [connection.id, shared(connection)]))
}
