import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import type { FetchedIdp } from './idp-source.ts'
import type { Surveyed } from './view.ts'
import { SOON_MS, type Warning } from './warnings.ts'

/** How an application fares with the identity provider of a company. `fetched`: its metadata now; undefined where none is read. */
export function judgeCompany(
  app: { readonly id: string },
  { row, connection, warnings }: Pick<Surveyed, 'row' | 'connection' | 'warnings'>,
  fetched: FetchedIdp | undefined,
): Finding[] {
  const topic = `application ${app.id}, login by ${row.id}`
  const { config, idp, sp } = connection
  if (!config.enabled) return [hint(topic, 'it is switched off', 'Set `enabled` to true, or delete the connection.')]
  const told = warnings.flatMap(({ code, message }) => {
    const judged = JUDGED[code]
    return judged ? [judged[0](topic, message, judged[1])] : []
  })
  return [
    ok(topic, `our metadata for the identity provider is at ${sp.metadataUrl}`),
    ...told,
    ...judgeMetadata(topic, idp.entity_id, fetched),
  ]
}

const RENEW = 'Ask the company for its next one. Logins do not look at this date; its identity provider may stop.'

/** Undefined: what the doctor looks at by itself, now. */
const JUDGED: Readonly<Record<Warning['code'], readonly [typeof hint, string] | undefined>> = {
  enforce_login_inert: [hint, 'Name the domains of the company in `email_domain_allowlist`.'],
  domain_named_twice: [fault, 'Take the domain from one of them, or switch that one off.'],
  default_redirect_uri_not_listed: [fault, 'Put it back on the list `redirect_uris`, or set another one.'],
  sha1_allowed: [hint, 'Have the identity provider sign by SHA-256, then set `allow_sha1` to false.'],
  certificate_expired: [hint, RENEW],
  certificate_expires_soon: [hint, RENEW],
  signing_certificate_expires_soon: undefined,
  metadata_not_taken: undefined,
}

function judgeMetadata(topic: string, entityId: string, fetched: FetchedIdp | undefined): Finding[] {
  if (!fetched) return []
  if (fetched.kind === 'problem') {
    const mend = 'Until it can be read, what was read last is taken. Set idp_metadata_url anew where it has moved.'
    return [hint(topic, `its metadata ${fetched.reason}`, mend)]
  }
  if (fetched.idp.entityId === entityId) return [ok(topic, 'its metadata can be read')]
  const mend = 'Ask the company. If it has another identity provider, delete the connection and create another one.'
  return [fault(topic, 'its metadata is that of another identity provider', mend)]
}

/** Whether identity providers still take what we sign. `now` in Unix ms. */
export function judgeSamlKey(app: { readonly id: string }, endsAt: number, now: number): Finding[] {
  if (endsAt > now + SOON_MS) return []
  const what = `the certificate that signs SAML requests ${endsAt > now ? 'ends' : 'ended'} on ${new Date(endsAt).toISOString().slice(0, 10)}`
  const mend = `antiphon saml announce-key --app ${app.id}, and antiphon saml switch-key once every identity provider knows it.`
  return [hint(`application ${app.id}`, what, mend)]
}
