import type { Certificate } from '../../crypto/certificate.ts'
import type { Config } from '../../platform/config.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Finding } from '../../platform/finding.ts'
import { pendingMigrations } from '../../platform/migrate.ts'
import type { SealedColumn } from '../../platform/sealed-column.ts'
import { servedCertificate } from '../../platform/served-certificate.ts'
import { databaseSkew } from '../../platform/time/skew.ts'
import type { Whole } from '../../platform/whole.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { listApplications } from '../applications/store.ts'
import { masterKeyFits } from '../master-key/canary.ts'
import { listMissing, readNoted, readStatus } from '../master-key/status.ts'
import { judgeNames, judgeValidity } from './certificate.ts'
import { filesOf, judgeModes, judgePooler, judgeRoom, modesOf } from './database.ts'
import {
  judgeBaseDomain,
  judgeClock,
  judgeDefaultApp,
  judgeMasterKey,
  judgeMetadata,
  judgeOpenings,
  judgePreviousKeys,
  judgeProxies,
  judgeSchema,
} from './deployment.ts'
import { hostOf } from './site.ts'

/** Look at what the process was told. `certificate`: that which it serves. */
export const examineConfig = (config: Config, certificate: Certificate | undefined, now: number): Finding[] => [
  judgeBaseDomain(config),
  judgeProxies(config),
  ...judgeOpenings(config),
  ...judgeModes(config.secretFiles.flatMap(modesOf)),
  ...(certificate ? [judgeValidity(certificate, now)] : []),
  ...judgeMetadata(config.fidoMetadata, now),
]

/** Looks at the master keys of before. */
export type ExamineKeys = (deps: Deps, columns: readonly SealedColumn[]) => Promise<Finding[]>

/**
 * Look at the database, at the keys that it hangs on, and at what all applications have in common. Where its schema is not that of this release
 * nothing can be told of what is in it.
 */
export async function examineDatabase(
  deps: Deps,
  { migrations, sealed }: Pick<Whole, 'migrations' | 'sealed'>,
  examineKeys: ExamineKeys,
): Promise<{ readonly isCurrent: boolean; readonly findings: Finding[] }> {
  const { config } = deps
  const pending = await pendingMigrations(deps.db, migrations)
  const findings = [
    judgeSchema(pending, migrations.length),
    judgeClock(await databaseSkew(deps)),
    ...(await examineConnections(deps)),
    ...judgeModes(filesOf(config.databaseUrl).flatMap(modesOf)),
  ]
  if (pending.length > 0) return { isCurrent: false, findings: [...findings, ...judgeMasterKey(config, undefined)] }
  const fits = await masterKeyFits(deps)()
  const previous = fits ? await examineKeys(deps, sealed) : []
  return {
    isCurrent: true,
    findings: [...findings, ...judgeMasterKey(config, fits), ...previous, ...(await examineHosts(deps))],
  }
}

async function examineConnections({ config, databasePooler, databaseRoom }: Deps): Promise<Finding[]> {
  const between = await databasePooler()
  const room = between === 'none' ? judgeRoom(config, await databaseRoom()) : []
  return [...judgePooler(between, config.databaseUrl), ...room]
}

/** What hangs on them is counted, where there is something to say: a key set of one has nothing before it. */
export async function examineCountedKeys(deps: Deps, columns: readonly SealedColumn[]): Promise<Finding[]> {
  const missing = await listMissing(deps, columns)
  if (missing.length > 0) return judgePreviousKeys([], missing)
  if (deps.config.previousMasterKeys.length === 0) return []
  return judgePreviousKeys((await readStatus(deps, columns)).keys, [])
}

/** By what was noted when it was last counted, which takes no walk through tables. */
export async function examineNotedKeys(deps: Deps): Promise<Finding[]> {
  const { keys, missing } = await readNoted(deps)
  return judgePreviousKeys(missing.length > 0 ? [] : keys, missing)
}

async function examineHosts(deps: Deps): Promise<Finding[]> {
  const { defaultApp, baseDomain } = deps.config
  const known = defaultApp === undefined ? undefined : await directory(deps).find(defaultApp)
  const certificate = servedCertificate(deps).read()
  const apps = certificate ? await listApplications(deps.db) : []
  return [
    ...judgeDefaultApp(defaultApp, known ? [known.id] : []),
    ...(certificate ? judgeNames(certificate, hostsOf(apps, baseDomain)) : []),
  ]
}

/** Those that clients dial. */
function hostsOf(apps: readonly Application[], baseDomain: string): string[] {
  const hosts = apps.flatMap(({ id, publicOrigins, domains }) => {
    const names = [...publicOrigins.map(hostOf), ...domains]
    return names.length > 0 ? names : [hostOf(`${id}.${baseDomain}`)]
  })
  return [...new Set(hosts)]
}
