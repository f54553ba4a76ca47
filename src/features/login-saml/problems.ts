import type { Application } from '../../core/applications/application.ts'
import { readDomains } from '../../core/identifiers/email-domains.ts'
import { isListed } from '../../core/return-targets/target.ts'
import type { SamlConfig, SamlIdp } from '../../core/saml-connections/connection.ts'
import { readIdpMetadata } from '../../crypto/saml/idp-metadata.ts'
import type { Deps } from '../../platform/deps.ts'
import { type ConnectionChange, changedConfig, problemOfMapping } from './config-wire.ts'
import { fetchIdp, NOBODY, storedIdp, typedIdp } from './idp-source.ts'

/** A connection as it stands. */
export interface Standing {
  readonly config: SamlConfig
  readonly idp: SamlIdp
  /** Empty where nothing is read anew. */
  readonly metadataUrl: string
}

export type Judged<T> = ({ readonly kind: 'fine' } & T) | { readonly kind: 'invalid'; readonly problem: string }

/** What is known of an identity provider, and whether it was read from its address just now. */
type Source = { readonly idp: SamlIdp; readonly metadataUrl: string; readonly isRead: boolean }

const SOURCES = ['idp_metadata_url', 'idp_metadata_xml', 'idp'] as const

/**
 * Judge a change besides its shape, naming the place. `before`: undefined for a connection that is made. Asks an identity provider where the change names an
 * address: never inside a transaction.
 */
export async function judge(
  deps: Deps,
  app: Application,
  change: ConnectionChange,
  before: Standing | undefined,
): Promise<Judged<Standing & { readonly isRead: boolean }>> {
  const config = changedConfig(change, before?.config)
  const domains = await readDomains(change.behavior?.email_domain_allowlist ?? [])
  const problem =
    problemOfSources(change, before === undefined) ??
    problemOfMapping(change, config) ??
    problemOfRedirect(change, app) ??
    (domains.kind === 'problem'
      ? `body.behavior.email_domain_allowlist[${domains.index}]: ${domains.reason}`
      : undefined)
  if (problem !== undefined || domains.kind === 'problem') return invalid(problem ?? '')
  const source = await readSource(deps, change, before)
  if (source.kind === 'invalid') return source
  if (before && source.idp.entity_id !== before.idp.entity_id) return invalid(`${placeOf(change)}: ${ANOTHER_ENTITY}`)
  if (!change.behavior?.email_domain_allowlist) return { ...source, config }
  const behavior = { ...config.behavior, email_domain_allowlist: [...domains.domains] }
  return { ...source, config: { ...config, behavior } }
}

const ANOTHER_ENTITY =
  'is another identity provider, and a connection keeps the one that it was made with: delete it, and create another one'

const invalid = (problem: string) => ({ kind: 'invalid', problem }) as const

const given = (change: ConnectionChange) =>
  SOURCES.filter((name) => change[name] !== undefined && change[name] !== null)

function placeOf(change: ConnectionChange): string {
  const [name = 'idp'] = given(change)
  return name === 'idp' ? 'body.idp.entity_id' : `body.${name}`
}

function problemOfSources(change: ConnectionChange, isNew: boolean): string | undefined {
  const { length } = given(change)
  if (length > 1) return `body: has more than one of ${SOURCES.join(', ')}`
  return isNew && length === 0 ? `body: needs one of ${SOURCES.join(', ')}` : undefined
}

function problemOfRedirect({ behavior }: ConnectionChange, app: Application): string | undefined {
  const target = behavior?.default_redirect_uri ?? undefined
  if (target === undefined || isListed(target, app)) return undefined
  return 'body.behavior.default_redirect_uri: is not on the list of the application'
}

async function readSource(deps: Deps, change: ConnectionChange, before: Standing | undefined): Promise<Judged<Source>> {
  const { idp_metadata_url: url, idp_metadata_xml: xml } = change
  if (url) {
    const fetched = await fetchIdp(deps, url)
    if (fetched.kind === 'problem') return invalid(`body.idp_metadata_url: ${fetched.reason}`)
    return { kind: 'fine', idp: storedIdp(fetched.idp, 'metadata'), metadataUrl: url, isRead: true }
  }
  if (xml !== undefined) {
    const read = await readIdpMetadata(xml, deps.now())
    if (read.kind === 'fault') return invalid(`body.idp_metadata_xml: ${read.reason}`)
    return { kind: 'fine', idp: storedIdp(read.idp, 'operator'), metadataUrl: '', isRead: false }
  }
  const metadataUrl = url === null ? '' : (before?.metadataUrl ?? '')
  if (!change.idp) return { kind: 'fine', idp: before?.idp ?? NOBODY, metadataUrl, isRead: false }
  const typed = typedIdp(before?.idp ?? NOBODY, change.idp)
  if (typed.kind === 'fault') return invalid(`body.idp: ${typed.reason}`)
  return { kind: 'fine', idp: typed.idp, metadataUrl, isRead: false }
}
