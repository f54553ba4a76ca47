import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { UNCONFIGURED } from '../passwords/config.ts'
import { compareWithHash, hashPath } from '../passwords/hashing.ts'
import { findPassword, passwordConfigs } from '../passwords/store.ts'
import { findUserByExternalId } from '../users/store/ids.ts'
import { type Canary, type CanaryResult, canaries } from './options.ts'
import { openAt } from './sealed.ts'
import { findImport, listWithCanaries, putCanaryResults } from './store.ts'
import type { ImportRow } from './tables.ts'

export const CHECK_CANARIES = 'imports/check-canaries'

const EVERY_SECONDS = 86_400

export const checkCanariesOf = job({
  kind: CHECK_CANARIES,
  payload: z.object({ import_id: z.string() }),
  async run({ import_id }, { appId }, deps) {
    const row = await findImport(deps.db, appId, import_id)
    if (row) await checkCanaries(deps, row)
  },
})

export const checkAllCanaries = job({
  kind: 'imports/check-all-canaries',
  payload: z.null(),
  everySeconds: EVERY_SECONDS,
  async run(_payload, _context, deps) {
    for (const row of await listWithCanaries(deps.db)) await checkCanaries(deps, row)
  },
})

/** Try whether the test accounts of an import can log in. */
export async function checkCanaries(deps: Deps, row: ImportRow): Promise<CanaryResult[]> {
  if (row.sealed_canaries === null) return []
  const opened = openAt(deps, [row.app_id, row.id, 'canaries'], row.sealed_canaries)
  const results: CanaryResult[] = []
  for (const canary of canaries.parse(JSON.parse(opened.toString('utf8')))) {
    results.push({ outcome: await tryCanary(deps, row.app_id, canary), checked_at: rfc3339(deps.now()) })
  }
  await deps.transact((tx) => putCanaryResults(tx, row.app_id, row.id, JSON.stringify(results)))
  return results
}

async function tryCanary(deps: Deps, appId: string, canary: Canary): Promise<CanaryResult['outcome']> {
  const user = await findUserByExternalId(deps.db, appId, canary.external_id)
  if (!user) return 'unknown_user'
  const password = await findPassword(deps.db, appId, user.id)
  if (!password) return 'no_password'
  const config = (await passwordConfigs.find(deps.db, appId))?.config ?? UNCONFIGURED
  const path = hashPath(appId, 'known', '127.0.0.1')
  const compared = await compareWithHash(deps, appId, config, path, password.hash, canary.password)
  if (compared.kind !== 'done') return 'not_checked'
  return compared.value.matches ? 'ok' : 'wrong_password'
}
