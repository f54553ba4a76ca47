import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import {
  type AndroidFile,
  type AppleFile,
  androidFile,
  appleFile,
  associationFiles,
  LOGIN_CREDENTIALS,
  type PasskeyApps,
  placeOf,
} from '../passkeys/association.ts'
import { type PasskeyConfig, type PasskeyGround, problemOfPasskeys } from '../passkeys/config.ts'

/** How an application asks for passkeys, and for whom. */
export interface PasskeyPatient {
  readonly id: string
  readonly config: PasskeyConfig
  readonly apps: PasskeyApps
  readonly ground: PasskeyGround
  /** Origins whose pages may call the application. */
  readonly pages: readonly string[]
  /** How many passkeys were made for another RP id. */
  readonly orphans: number
}

const FILES = ['apple-app-site-association', 'assetlinks.json'] as const
const FETCH = { method: 'GET', timeoutMs: 5_000, maxBytes: 131_072 } as const

/** Whether passkeys can be used where they are to be. What the host of the RP id says is asked there, unless it is ours; without `asking` nobody is asked. */
export async function examinePasskeys(
  patient: PasskeyPatient,
  asking: Pick<Deps, 'fetch'> | undefined,
): Promise<Finding[]> {
  const topic = `application ${patient.id}, passkeys`
  const problem = await problemOfPasskeys(patient.config, patient.ground)
  if (problem) return [fault(topic, problem, 'Correct the configuration: config/passkey.')]
  const { rp_id: rpId } = patient.config
  const files = FILES.map((file) => examineFile(topic, patient, file, asking))
  return [
    ok(topic, `they are made for ${rpId}`),
    ...judgePages(topic, patient),
    ...judgeApps(topic, patient),
    ...(patient.orphans > 0 ? [orphaned(topic, patient)] : []),
    ...(await Promise.all(files)).flat(),
  ]
}

const orphaned = (topic: string, { orphans }: PasskeyPatient) =>
  hint(
    topic,
    `${orphans} of them were made for another rp_id and open nothing`,
    'Configure that one again, or let their users make new ones.',
  )

/** Pages that may call the application, and whose passkeys would be refused. */
function judgePages(topic: string, { pages, config: { allowed_origins: origins } }: PasskeyPatient): Finding[] {
  const refused = pages.filter((page) => page.startsWith('https://') && !origins.includes(page))
  if (refused.length === 0) return []
  const mend = 'Add them to allowed_origins of config/passkey, unless nobody uses passkeys there.'
  return [hint(topic, `those of pages of ${refused.join(' and ')} are refused`, mend)]
}

function judgeApps(topic: string, { apps, config }: PasskeyPatient): Finding[] {
  const { rp_id: rpId, allowed_origins: origins } = config
  const isAndroid = origins.some((origin) => origin.startsWith('android:'))
  const findings: Finding[] = []
  if (!origins.includes(`https://${rpId}`)) {
    const mend = `Add https://${rpId} to allowed_origins of config/passkey, unless there is no such app.`
    findings.push(hint(topic, 'those of apps for iOS are refused', mend))
  }
  if (apps.android_packages.length > 0 && !isAndroid) {
    const mend = 'Add android:apk-key-hash: with the SHA-256 of the app’s certificate to allowed_origins.'
    findings.push(hint(topic, 'those of apps for Android are refused', mend))
  }
  if (apps.android_packages.length === 0 && isAndroid) {
    const mend = 'Name the app in the setting passkey_apps.android_packages.'
    findings.push(hint(topic, 'an app for Android is allowed, and its package is not known here', mend))
  }
  return findings
}

/** Whether the host of the RP id says what apps need; what to publish there when it does not. */
async function examineFile(
  topic: string,
  { config, apps, ground }: PasskeyPatient,
  file: (typeof FILES)[number],
  asking: Pick<Deps, 'fetch'> | undefined,
): Promise<Finding[]> {
  const wanted = associationFiles(config, apps)[file]
  if (wanted === undefined || config.rp_id === 'localhost') return []
  const url = `https://${config.rp_id}${placeOf(file)}`
  if (ground.hosts.includes(config.rp_id)) return [ok(topic, `we serve ${url}`)]
  if (!asking) return []
  const answer = await asking.fetch({ ...FETCH, url })
  const said = answer.kind === 'answered' && answer.status === 200 ? decodeJson(answer.body) : undefined
  if (Array.isArray(wanted) ? saysAndroid(said, wanted) : saysApple(said, wanted))
    return [ok(topic, `${url} says what apps need`)]
  const why = answer.kind === 'failed' ? answer.reason : `status ${answer.status}`
  const what = said === undefined ? `${url} cannot be read: ${why}` : `${url} lacks what apps need`
  return [hint(topic, what, `Publish there, as application/json and without a redirect: ${JSON.stringify(wanted)}.`)]
}

function saysApple(said: unknown, { webcredentials: { apps } }: AppleFile): boolean {
  const { data } = appleFile.safeParse(said)
  return data !== undefined && apps.every((app) => data.webcredentials.apps.includes(app))
}

/** Each app may be named with its own certificates alone. */
function saysAndroid(said: unknown, wanted: AndroidFile): boolean {
  const { data = [] } = androidFile.safeParse(said)
  const saidOf = (app: string | undefined) =>
    data
      .filter(({ relation, target }) => relation.includes(LOGIN_CREDENTIALS) && target.package_name === app)
      .flatMap(({ target }) => target.sha256_cert_fingerprints ?? [])
      .map((fingerprint) => fingerprint.toUpperCase())
  const each = wanted.map(({ target }) => saidOf(target.package_name))
  const [{ target } = { target: undefined }] = wanted
  const fingerprints = target?.sha256_cert_fingerprints ?? []
  const isNamed = (ones: readonly string[]) => ones.some((one) => fingerprints.includes(one))
  return each.every(isNamed) && fingerprints.every((one) => each.flat().includes(one))
}
