import { type Application, originsOf } from '../../core/applications/application.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { readSamlConnection } from '../../core/saml-connections/connection.ts'
import {
  insertSamlConnection,
  listSamlConnections,
  putSamlDomains,
  swapSamlConnection,
} from '../../core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../core/saml-connections/tables.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { ConnectionChange, ConnectionInput } from './config-wire.ts'
import { judge, type Standing } from './problems.ts'

/** A page that lists them all shows no more. */
export const MAX_CONNECTIONS = 100

type Saved = { kind: 'saved'; row: SamlConnectionRow } | { kind: 'invalid'; problem: string }
export type Created = Saved | { kind: 'too_many' }
export type Changed = Saved | { kind: 'changed' }

export async function create(deps: Deps, app: Application, provider: string, input: ConnectionInput): Promise<Created> {
  const judged = await judge(deps, app, input, undefined)
  if (judged.kind === 'invalid') return judged
  const now = deps.now()
  const [origin = ''] = originsOf(app, deps.config, '')
  const row: SamlConnectionRow = {
    app_id: app.id,
    id: newId('samlc', deps),
    provider,
    origin,
    ...written(judged),
    refreshed_at: judged.isRead ? now : null,
    refresh_tried_at: judged.isRead ? now : null,
    refresh_problem: '',
    created_at: now,
    updated_at: now,
  }
  return await deps.transact<Created>(async (tx) => {
    // Two at once may make one too many, which harms nobody.
    if ((await listSamlConnections(tx, app.id)).length >= MAX_CONNECTIONS) return { kind: 'too_many' }
    await insertSamlConnection(tx, row)
    tellChange(deps, { target: { samlConnectionID: row.id }, after: toldOf(row) })
    return await withDomains(tx, row, judged)
  })
}

/** Change what is named, unless somebody else changed anything meanwhile. */
export async function change(
  deps: Deps,
  app: Application,
  before: SamlConnectionRow,
  input: ConnectionChange,
): Promise<Changed> {
  const standing = { ...readSamlConnection(before), metadataUrl: before.metadata_url }
  const judged = await judge(deps, app, input, standing)
  if (judged.kind === 'invalid') return judged
  const after: SamlConnectionRow = {
    ...before,
    ...written(judged),
    ...(judged.isRead && { refreshed_at: deps.now(), refresh_problem: '' }),
    ...(judged.metadataUrl === '' && { refreshed_at: null, refresh_problem: '' }),
    updated_at: deps.now(),
  }
  return await deps.transact<Changed>(async (tx) => {
    if (!(await swapSamlConnection(tx, before, after))) return { kind: 'changed' }
    tellChange(deps, { before: toldOf(before), after: toldOf(after) })
    return await withDomains(tx, after, judged)
  })
}

const written = ({ config, idp, metadataUrl }: Standing) => ({
  config: JSON.stringify(config),
  idp: JSON.stringify(idp),
  metadata_url: metadataUrl,
})

/** Nothing of it is secret: an identity provider publishes its metadata. */
const toldOf = ({ config, idp, metadata_url }: SamlConnectionRow) => ({
  ...JSON.parse(config),
  idp: JSON.parse(idp),
  metadata_url,
})

async function withDomains(tx: Tx, row: SamlConnectionRow, { config }: Standing): Promise<Saved> {
  await putSamlDomains(tx, row.app_id, row.id, config.behavior.email_domain_allowlist)
  return { kind: 'saved', row }
}
