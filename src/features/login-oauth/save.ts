import type { Application } from '../../core/applications/application.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { openOAuthSecrets, readOAuthConfig, sealOAuthSecrets } from '../../core/federation/config.ts'
import { insertOAuthConfig, listOAuthConfigs, putDomains, swapOAuthConfig } from '../../core/federation/config-store.ts'
import { putIssuer } from '../../core/federation/store.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { type ConfigInput, configOf, issuerOf, namespaceOf, secretsOf } from './config-wire.ts'
import { judge } from './problems.ts'

/** A page that lists them all shows no more. */
export const MAX_CONFIGS = 100

type Saved = { kind: 'saved'; row: OAuthConfigRow } | { kind: 'invalid'; problem: string }
type DomainTaken = { kind: 'domain_taken' }
export type Created = Saved | DomainTaken | { kind: 'exists' } | { kind: 'too_many' }
export type Replaced = Saved | DomainTaken | { kind: 'changed' }

export async function create(deps: Deps, app: Application, provider: string, input: ConfigInput): Promise<Created> {
  const secrets = secretsOf(input)
  const judged = await judge(deps, app, provider, input, secrets)
  if (judged.kind === 'invalid') return judged
  const id = input.type === 'enterprise' ? newId('ocon', deps) : provider
  const config = configOf(input, judged.domains)
  const now = deps.now()
  const row: OAuthConfigRow = {
    app_id: app.id,
    id,
    provider,
    config: JSON.stringify(config),
    issuer: namespaceOf(config),
    sealed_secrets: sealOAuthSecrets(deps, app.id, id, secrets),
    created_at: now,
    updated_at: now,
  }
  return await deps.transact<Created>(async (tx) => {
    // Two at once may make one too many, which harms nobody.
    if ((await listOAuthConfigs(tx, app.id)).length >= MAX_CONFIGS) return { kind: 'too_many' }
    if (!(await insertOAuthConfig(tx, row))) return { kind: 'exists' }
    tellChange(deps, { target: { connectionID: id }, after: { ...config, secrets }, shown: withoutSecrets })
    if (row.issuer !== '') await putIssuer(tx, app.id, id, row.issuer)
    return await withDomains(tx, row, judged.domains)
  })
}

export async function replace(
  deps: Deps,
  app: Application,
  before: OAuthConfigRow,
  input: ConfigInput,
): Promise<Replaced> {
  const config = configOf(input, [])
  const configured = readOAuthConfig(before)
  if (input.type !== configured.type) return { kind: 'invalid', problem: 'body.type: stays as it was made' }
  // Whoever may change the configuration, but does not know the secret, must not have it sent to a server of their own.
  const kept = issuerOf(config) === issuerOf(configured) ? openOAuthSecrets(deps, before) : undefined
  const secrets = { ...kept, ...secretsOf(input) }
  const judged = await judge(deps, app, before.provider, input, secrets)
  if (judged.kind === 'invalid') return judged
  const after: OAuthConfigRow = {
    ...before,
    config: JSON.stringify(configOf(input, judged.domains)),
    issuer: namespaceOf(config),
    sealed_secrets: sealOAuthSecrets(deps, app.id, before.id, secrets),
    updated_at: deps.now(),
  }
  return await deps.transact<Replaced>(async (tx) => {
    if (!(await swapOAuthConfig(tx, before, after))) return { kind: 'changed' }
    tellChange(deps, {
      before: { ...readOAuthConfig(before), secrets: openOAuthSecrets(deps, before) },
      after: { ...readOAuthConfig(after), secrets },
      shown: withoutSecrets,
    })
    return await withDomains(tx, after, judged.domains)
  })
}

const withoutSecrets = ({ secrets: _, ...shown }: { secrets?: unknown }) => shown

async function withDomains(tx: Tx, row: OAuthConfigRow, domains: readonly string[]) {
  const isFree = await putDomains(tx, row.app_id, row.id, domains)
  return isFree ? ({ kind: 'saved', row } as const) : undo<DomainTaken>({ kind: 'domain_taken' })
}
