import { type Application, originsOf } from '../core/applications/application.ts'
import { listApplications } from '../core/applications/store.ts'
import { listDomains } from '../core/domains/store.ts'
import { readOAuthConfig } from '../core/federation/config.ts'
import { listOAuthConfigs } from '../core/federation/config-store.ts'
import { masterKeyFits } from '../core/master-key/canary.ts'
import { listMissing, readStatus } from '../core/master-key/status.ts'
import { listProviders } from '../core/messages/store/providers.ts'
import { passkeyAppSettings } from '../core/passkeys/association.ts'
import { passkeyConfigs, passkeyGroundOf } from '../core/passkeys/config.ts'
import { countOrphans } from '../core/passkeys/store/passkeys.ts'
import { listSamlKeys, signingKeyOf } from '../core/saml-connections/keys.ts'
import { isOpenable } from '../core/signing-keys/keyring.ts'
import { KEY_SCHEDULE } from '../core/signing-keys/rotation.ts'
import { listSigningKeys } from '../core/signing-keys/store.ts'
import { listOtpConfigs } from '../core/verifications/config-store.ts'
import { findLane } from '../core/webhooks/store/lanes.ts'
import { countUnsent } from '../core/webhooks/store/log.ts'
import { listWebhooks } from '../core/webhooks/store/webhooks.ts'
import { readCertificate } from '../crypto/certificate.ts'
import { probe } from '../features/login-oauth/probe.ts'
import { fetchIdp } from '../features/login-saml/idp-source.ts'
import { survey } from '../features/login-saml/view.ts'
import type { Process } from '../main.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { isTrouble } from '../platform/db-fault.ts'
import type { Deps } from '../platform/deps.ts'
import { openLog } from '../platform/log.ts'
import { settingsOf } from '../platform/settings.ts'
import { migrations, outboundUrls, sealedColumns } from '../server.ts'
import { judgeCookies, judgeDelivery, judgeKeys, judgeOrigins, judgeUrls, patientOf } from './doctor/application.ts'
import { judgeNames, judgeValidity } from './doctor/certificate.ts'
import { filesOf, judgeModes, judgePooler, judgeRoom, modesOf } from './doctor/database.ts'
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
} from './doctor/deployment.ts'
import { judgeDomains } from './doctor/domains.ts'
import { type Finding, fault, ok } from './doctor/finding.ts'
import { examinePasskeys } from './doctor/passkeys.ts'
import { judgeProvider } from './doctor/provider.ts'
import { judgeCompany, judgeSamlKey } from './doctor/saml.ts'
import { hostOf } from './doctor/site.ts'
import { judgeVariables } from './doctor/variables.ts'
import { judgeWebhooks } from './doctor/webhooks.ts'
import { describeFault, done, type Outcome } from './outcome.ts'
import { openReachable } from './process.ts'

/**
 * `antiphon doctor`: look at everything that can be judged from here, without changing anything. `typed` are the variables that somebody set, where they are not
 * those that count.
 */
export async function doctor(variables: Variables, typed = variables): Promise<Outcome> {
  const findings = [...judgeVariables(typed), ...(await examine(variables))]
  const faults = findings.filter(({ level }) => level === 'fault').length
  const hints = findings.filter(({ level }) => level === 'hint').length
  const summary = `${count(faults, 'fault')}, ${count(hints, 'hint')}`
  const plain = [...findings.map(describe), '', summary].join('\n')
  return done({ faults, hints, findings }, plain, faults > 0)
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

const describe = ({ level, topic, what, mend }: Finding) =>
  `${level.padEnd(5)}  ${topic}: ${what}${mend === undefined ? '' : `\n       ${mend}`}`

async function examine(variables: Variables): Promise<Finding[]> {
  const read = readConfig(variables)
  if (read.kind === 'faults') {
    return read.faults.map((line) =>
      fault('configuration', line, 'Correct the variable; docs/settings.md lists them all.'),
    )
  }
  const { config } = read
  const findings = [
    ok('configuration', 'it can be read'),
    judgeBaseDomain(config),
    judgeProxies(config),
    ...judgeOpenings(config),
    ...judgeModes(SECRETS.flatMap((name) => modesOf(variables[name]))),
    ...examineCertificate(config),
    ...judgeMetadata(config.fidoMetadata, systemClock()),
  ]
  return [...findings, ...(await examineDatabase(config))]
}

/** Variables that name a file in which a secret is. */
const SECRETS = [
  ...['ANTIPHON_MASTER_KEY', 'ANTIPHON_MASTER_KEY_PREVIOUS', 'ANTIPHON_DATABASE_URL', 'ANTIPHON_MANAGEMENT_KEY'].map(
    (name) => `${name}_FILE`,
  ),
  'ANTIPHON_TLS_KEY',
]

function examineCertificate({ tls }: Config): Finding[] {
  const certificate = tls && readCertificate(tls.cert)
  return certificate ? [judgeValidity(certificate, systemClock())] : []
}

async function examineDatabase(config: Config): Promise<Finding[]> {
  const opened = await openReachable(config, openLog('silent'))
  if (opened.kind !== 'open') {
    const what = opened.kind === 'refused' ? opened.reason : opened.faults.join('; ')
    return [fault('database', what, 'Start it, or correct ANTIPHON_DATABASE_URL.')]
  }
  const { process } = opened
  try {
    const pending = await process.pendingMigrations()
    const clock = judgeClock(await clockSkew(process))
    const between = await process.databasePooler()
    const pooler = [
      ...judgePooler(between, config.databaseUrl),
      ...(between === 'none' ? judgeRoom(config, await process.databaseRoom()) : []),
    ]
    const files = judgeModes(filesOf(config.databaseUrl).flatMap((path) => modesOf(path)))
    const findings = [judgeSchema(pending, migrations.length), clock, ...pooler, ...files]
    if (pending.length > 0) return [...findings, ...judgeMasterKey(config, undefined)]
    const fits = await masterKeyFits(process.deps)()
    const key = judgeMasterKey(config, fits)
    const previous = fits ? await examinePreviousKeys(process.deps) : []
    return [...findings, ...key, ...previous, ...(await examineApplications(process.deps))]
  } catch (error) {
    if (!isTrouble(error)) throw error
    return [fault('database', `it has trouble: ${describeFault(error) ?? error}`, 'Run doctor again once it answers.')]
  } finally {
    await process.close()
  }
}

/** Counted anew where there is something to say: a key set of one has nothing before it. */
async function examinePreviousKeys(deps: Deps): Promise<Finding[]> {
  const missing = await listMissing(deps, sealedColumns)
  if (missing.length > 0) return judgePreviousKeys([], missing)
  if (deps.config.previousMasterKeys.length === 0) return []
  return judgePreviousKeys((await readStatus(deps, sealedColumns)).keys, [])
}

/** How far the database's clock is ahead of ours, ms; the way there and back is halved. */
async function clockSkew({ deps }: Process): Promise<number | undefined> {
  const before = deps.now()
  const theirs = await deps.databaseClock()
  return theirs === undefined ? undefined : theirs - (before + deps.now()) / 2
}

async function examineApplications(deps: Deps): Promise<Finding[]> {
  const apps = await listApplications(deps.db)
  const ids = apps.map((app) => app.id)
  const each = await Promise.all(apps.map((app) => examineApplication(deps, app)))
  return [...judgeDefaultApp(deps.config.defaultApp, ids), ...judgeHosts(deps.config, apps), ...each.flat()]
}

/** Of our own certificate: whether it is for the hosts that clients dial. */
function judgeHosts({ tls, baseDomain }: Config, apps: readonly Application[]): Finding[] {
  const certificate = tls && readCertificate(tls.cert)
  const hosts = apps.flatMap(({ id, publicOrigins, domains }) => {
    const names = [...publicOrigins.map(hostOf), ...domains]
    return names.length > 0 ? names : [hostOf(`${id}.${baseDomain}`)]
  })
  return certificate ? judgeNames(certificate, [...new Set(hosts)]) : []
}

async function examineApplication(deps: Deps, app: Application): Promise<Finding[]> {
  const rows = await listSigningKeys(deps.db, app.id)
  const keys = rows.map((row) => ({ ...row, opens: isOpenable(deps, row) }))
  const patient = patientOf(app, deps.config)
  const delivery = {
    mode: app.mode,
    channels: (await listOtpConfigs(deps.db, app.id)).map(({ channel_type }) => channel_type),
    providers: await listProviders(deps.db, app.id),
  }
  return [
    ...judgeKeys(app, keys, deps.now(), KEY_SCHEDULE),
    ...judgeOrigins(patient),
    ...judgeCookies(patient),
    ...judgeDelivery(patient, delivery),
    ...judgeUrls(app, await outboundUrls(deps, app.id), deps.config.allowPrivateHooks),
    ...judgeDomains(app, await listDomains(deps.db, app.id)),
    ...(await examineWebhooks(deps, app)),
    ...(await examineProviders(deps, app)),
    ...(await examineCompanies(deps, app)),
    ...(await examinePasskeysOf(deps, app)),
  ]
}

async function examineWebhooks(deps: Deps, app: Application): Promise<Finding[]> {
  const rows = await listWebhooks(deps.db, app.id)
  const patients = rows.map(async ({ id, url, active, paused_reason }) => ({
    id,
    url,
    active: active === 1,
    pausedReason: paused_reason === 'deactivated' ? null : paused_reason,
    failingSince: (await findLane(deps.db, app.id, id))?.failing_since ?? null,
    stuck: await countUnsent(deps.db, app.id, id, 'stuck'),
  }))
  return judgeWebhooks(app, await Promise.all(patients))
}

async function examineProviders(deps: Deps, app: Application): Promise<Finding[]> {
  const [origin = ''] = originsOf(app, deps.config, '')
  const rows = await listOAuthConfigs(deps.db, app.id)
  const each = rows.map(async (row) => judgeProvider(app, await probe(deps, origin, row), readOAuthConfig(row).enabled))
  return (await Promise.all(each)).flat()
}

async function examineCompanies(deps: Deps, app: Application): Promise<Finding[]> {
  const surveyed = await survey(deps, app)
  const each = surveyed.map(async (one) => {
    const { metadata_url: url } = one.row
    return judgeCompany(app, one, url === '' ? undefined : await fetchIdp(deps, url))
  })
  const signing = signingKeyOf(await listSamlKeys(deps.db, app.id))
  const key = surveyed.length > 0 && signing ? judgeSamlKey(app, signing.expires_at, deps.now()) : []
  return [...(await Promise.all(each)).flat(), ...key]
}

async function examinePasskeysOf(deps: Deps, app: Application): Promise<Finding[]> {
  const config = (await passkeyConfigs.find(deps.db, app.id))?.config
  if (!config) return []
  const patient = {
    id: app.id,
    config,
    apps: settingsOf(app, passkeyAppSettings),
    ground: passkeyGroundOf(app, deps.config),
    pages: app.allowedOrigins,
    orphans: await countOrphans(deps.db, app.id, config.rp_id),
  }
  return await examinePasskeys(patient, deps)
}
