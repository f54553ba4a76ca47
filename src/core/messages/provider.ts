import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import type { Application } from '../applications/application.ts'
import type { Adapter, Rendered, SendOutcome } from './adapter.ts'
import { findAdapter } from './adapters.ts'
import { listProviders } from './store/providers.ts'
import type { Channel, ProviderRow } from './tables.ts'

/** Every provider of a chain has its twelve seconds within the minute that a job is leased. */
export const MAX_PROVIDERS = 4

export type Provider = Pick<ProviderRow, 'id' | 'kind' | 'options' | 'sealed_secrets'>

export const secretsBox = sealing('message-providers')
const secretsShape = z.record(z.string(), z.unknown())

export function sealSecrets(deps: Deps, appId: string, providerId: string, secrets: object): string {
  return secretsBox.seal(deps, `${appId}/${providerId}`, JSON.stringify(secrets))
}

/** Undefined when they were sealed with another master key. */
export function openSecrets(deps: Deps, appId: string, { id, sealed_secrets }: Provider): object | undefined {
  if (sealed_secrets === '') return {}
  const opened = secretsBox.open(deps, `${appId}/${id}`, sealed_secrets)
  return opened && secretsShape.parse(JSON.parse(opened.toString('utf8')))
}

const OWN_MAILBOX: Provider = { id: '', kind: 'mailbox', options: '{}', sealed_secrets: '' }

/** The providers in the order they are tried. A development application without any keeps its messages in the mailbox. */
export async function chainOf(deps: Deps, app: Application, channel: Channel): Promise<readonly Provider[]> {
  const configured = (await listProviders(deps.db, app.id, channel)).slice(0, MAX_PROVIDERS)
  return configured.length === 0 && app.mode === 'dev' ? [OWN_MAILBOX] : configured
}

/** Send by one provider. */
export async function sendBy(
  deps: Deps,
  app: Application,
  provider: Provider,
  message: Rendered,
): Promise<SendOutcome> {
  const found = configFor(deps, app, provider)
  if (typeof found === 'string') return { kind: 'unusable', reason: found }
  return await found.adapter.send(deps, app, { id: provider.id, ...found.config }, message)
}

/** What a provider is called by and with, or why it cannot be. */
export function configFor(deps: Deps, app: Application, provider: Provider) {
  const adapter = findAdapter(provider.kind)
  if (!adapter) return 'is not known to this release'
  const secrets = openSecrets(deps, app.id, provider)
  if (!secrets) return 'its secrets do not open with this master key'
  const config = configOf(adapter, { options: JSON.parse(provider.options), secrets })
  return config ? { adapter, config } : 'its configuration is not complete for this release'
}

function configOf({ options, secrets }: Adapter, stored: { options: unknown; secrets: unknown }) {
  const parsed = { options: options.safeParse(stored.options), secrets: secrets.safeParse(stored.secrets) }
  if (!parsed.options.success || !parsed.secrets.success) return undefined
  return { options: parsed.options.data, secrets: parsed.secrets.data }
}
