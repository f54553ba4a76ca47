import type { Deps } from '../../platform/deps.ts'
import type { Finding } from '../../platform/finding.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Whole } from '../../platform/whole.ts'
import type { Application } from '../applications/application.ts'
import { listDomains } from '../domains/store.ts'
import { listProviders } from '../messages/store/providers.ts'
import { passkeyAppSettings } from '../passkeys/association.ts'
import { passkeyConfigs, passkeyGroundOf } from '../passkeys/config.ts'
import { countOrphans } from '../passkeys/store/passkeys.ts'
import { isOpenable } from '../signing-keys/keyring.ts'
import { KEY_SCHEDULE } from '../signing-keys/rotation.ts'
import { listSigningKeys } from '../signing-keys/store.ts'
import { listOtpConfigs } from '../verifications/config-store.ts'
import { findLane } from '../webhooks/store/lanes.ts'
import { countUnsent } from '../webhooks/store/log.ts'
import { listWebhooks } from '../webhooks/store/webhooks.ts'
import { judgeCookies, judgeDelivery, judgeKeys, judgeOrigins, judgeUrls, patientOf } from './application.ts'
import { judgeDomains } from './domains.ts'
import { examinePasskeys } from './passkeys.ts'
import { judgeWebhooks } from './webhooks.ts'

/** Look at everything that can be judged of an application, without changing anything. `asks`: whether others are asked for it, over the network. */
export async function examineApplication(
  deps: Deps,
  app: Application,
  whole: Pick<Whole, 'outboundUrls' | 'examine'>,
  asks: boolean,
): Promise<Finding[]> {
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
    ...judgeUrls(app, await whole.outboundUrls(deps, app.id), deps.config.allowPrivateHooks),
    ...judgeDomains(app, await listDomains(deps.db, app.id)),
    ...(await examineWebhooks(deps, app)),
    ...(await whole.examine(deps, app.id, asks)),
    ...(await examinePasskeysOf(deps, app, asks)),
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

async function examinePasskeysOf(deps: Deps, app: Application, asks: boolean): Promise<Finding[]> {
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
  return await examinePasskeys(patient, asks ? deps : undefined)
}
