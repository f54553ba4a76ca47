import { originsOf } from '../../core/applications/application.ts'
import { directory } from '../../core/applications/directory.ts'
import { readOAuthConfig } from '../../core/federation/config.ts'
import { listOAuthConfigs } from '../../core/federation/config-store.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Finding } from '../../platform/finding.ts'
import { judgeProvider } from './judge-provider.ts'
import { probe, unprobed } from './probe.ts'

/** Look at the providers by which users of an application log in. */
export async function examineProviders(deps: Deps, appId: string, asks: boolean): Promise<Finding[]> {
  const app = await directory(deps).find(appId)
  if (!app) return []
  const [origin = ''] = originsOf(app, deps.config, '')
  const rows = await listOAuthConfigs(deps.db, appId)
  const each = rows.map(async (row) =>
    judgeProvider(app, asks ? await probe(deps, origin, row) : unprobed(origin, row), readOAuthConfig(row).enabled),
  )
  return (await Promise.all(each)).flat()
}
