import { directory } from '../../core/applications/directory.ts'
import { listSamlKeys, signingKeyOf } from '../../core/saml-connections/keys.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Finding } from '../../platform/finding.ts'
import { fetchIdp } from './idp-source.ts'
import { judgeCompany, judgeSamlKey } from './judge-company.ts'
import { survey } from './view.ts'

/** Look at the companies whose people log in to an application. */
export async function examineCompanies(deps: Deps, appId: string, asks: boolean): Promise<Finding[]> {
  const app = await directory(deps).find(appId)
  if (!app) return []
  const surveyed = await survey(deps, app)
  const each = surveyed.map(async (one) => {
    const { metadata_url: url } = one.row
    return judgeCompany(app, one, asks && url !== '' ? await fetchIdp(deps, url) : undefined)
  })
  const signing = signingKeyOf(await listSamlKeys(deps.db, appId))
  const key = surveyed.length > 0 && signing ? judgeSamlKey(app, signing.expires_at, deps.now()) : []
  return [...(await Promise.all(each)).flat(), ...key]
}
