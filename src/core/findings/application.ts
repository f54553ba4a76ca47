import type { Config } from '../../platform/config.ts'
import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import { isLoopback } from '../../platform/loopback.ts'
import { isPublicAddress } from '../../platform/safe-fetch.ts'
import { settingsOf } from '../../platform/settings.ts'
import { type Application, originsOf } from '../applications/application.ts'
import type { Channel } from '../messages/tables.ts'
import { sessionSettings } from '../sessions/settings.ts'
import { type KeySchedule, type KeyTimes, planKeys } from '../signing-keys/rotation.ts'
import { hostOf, isAddress, siteOf } from './site.ts'

/** An application as far as the doctor looks at it. */
export interface Patient {
  readonly id: string
  /** Where clients reach it, the configured ones first. */
  readonly publicOrigins: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly sameSite: 'lax' | 'strict' | 'none'
}

export const patientOf = (app: Application, config: Config): Patient => ({
  id: app.id,
  publicOrigins: originsOf(app, config, ''),
  allowedOrigins: app.allowedOrigins,
  sameSite: settingsOf(app, sessionSettings).cookie_same_site,
})

const topicOf = ({ id }: Pick<Patient, 'id'>) => `application ${id}`

const isWeb = (text: string) => /^https?:\/\//.test(text)
const isOrigin = (text: string) => isWeb(text) && URL.parse(text)?.origin === text
/** Of pages that an app brings along: `capacitor://localhost`. */
const isShellOrigin = (text: string) => !isWeb(text) && /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._:-]+$/.test(text)

const isBelowLocalhost = (page: string) => page.startsWith('http://') && hostOf(page).endsWith('.localhost')

/** Origins that no browser would ever send. */
export function judgeOrigins(app: Patient): Finding[] {
  return [...app.publicOrigins, ...app.allowedOrigins.filter((origin) => !isShellOrigin(origin))]
    .filter((origin) => !isOrigin(origin))
    .map((origin) =>
      fault(
        topicOf(app),
        `${origin} is no origin: scheme, host in lower case, and port unless it is the usual one`,
        'Replace it in the application’s origins.',
      ),
    )
}

/** Whether browsers send the application's cookies from the pages that may call it. */
export function judgeCookies(app: Patient): Finding[] {
  const plain = app.publicOrigins.filter((origin) => origin.startsWith('http://') && !isLoopback(hostOf(origin)))
  if (app.sameSite === 'none') {
    return plain.map((origin) =>
      fault(
        topicOf(app),
        `SameSite=none cookies must be Secure, and browsers drop those from ${origin}`,
        `Serve ${hostOf(origin)} over https.`,
      ),
    )
  }
  return app.allowedOrigins.flatMap((page) => judgePage(app, page))
}

const KEYS_ONLY =
  'Let that app bind its sessions to a key, as the SDKs for it do, or set sessions.cookie_same_site to none.'

function judgePage(app: Patient, page: string): Finding[] {
  const near = app.publicOrigins.filter((origin) => siteOf(origin) === siteOf(page))
  const far = app.publicOrigins.filter((origin) => !near.includes(origin))
  if (far.length === 0) return []
  const what = `pages of ${page} are on another site than ${far.join(' and ')}: browsers withhold SameSite=${app.sameSite} cookies there`
  if (isShellOrigin(page) || isBelowLocalhost(page)) return [hint(topicOf(app), what, KEYS_ONLY)]
  if (near.length > 0) return [hint(topicOf(app), what, `Let those pages dial ${near.join(' or ')}.`)]
  const mend = `Give the application a public origin on the site ${siteOf(page)}, or set sessions.cookie_same_site to none.`
  return [fault(topicOf(app), what, mend)]
}

/** Whether the URLs that we call for an application can be called. */
export function judgeUrls(app: Pick<Patient, 'id'>, urls: readonly string[], allowPrivate: boolean): Finding[] {
  if (allowPrivate) return []
  return urls.flatMap((url) => {
    const host = hostOf(url)
    if (!url.startsWith('https://')) {
      return [fault(topicOf(app), `${url} is not https, so it is not called`, 'Serve the hook over https.')]
    }
    if (isLoopback(host) || (isAddress(host) && !isPublicAddress(host))) {
      const mend = 'Give the hook a public address, or set ANTIPHON_ALLOW_PRIVATE_HOOKS if every application is yours.'
      return [fault(topicOf(app), `${url} is at a private address, so it is not called`, mend)]
    }
    return []
  })
}

/** How an application sends codes. */
export interface Delivery {
  readonly mode: 'dev' | 'prod'
  /** Channels with a login configuration. */
  readonly channels: readonly Channel[]
  readonly providers: readonly { readonly channel: Channel; readonly kind: string }[]
}

const TO_PRODUCTION = 'Before it has users of its own: `PUT /v2/session/apps/{appID}/mode` with `{"mode": "prod"}`.'

/** Whether somebody delivers the codes that users wait for. */
export function judgeDelivery(
  app: Pick<Patient, 'id' | 'publicOrigins'>,
  { mode, channels, providers }: Delivery,
): Finding[] {
  const what = 'it is in development: codes go to the mailbox'
  const isHere = app.publicOrigins.every((origin) => isLoopback(hostOf(origin)))
  if (mode === 'dev') return [isHere ? ok(topicOf(app), what) : hint(topicOf(app), what, TO_PRODUCTION)]
  const served = providers.filter(({ kind }) => kind !== 'mailbox').map(({ channel }) => channel)
  return [...new Set(channels)]
    .filter((channel) => !served.includes(channel))
    .map((channel) =>
      fault(
        topicOf(app),
        `users log in by code, but nobody delivers by ${channel}`,
        'Add a provider: config/messages/providers.',
      ),
    )
}

/** A signing key as far as the doctor looks at it. */
export interface Key extends KeyTimes {
  readonly purpose: string
  readonly alg: string
  /** Whether the master key opens it. */
  readonly opens: boolean
}

/** The job that rotates looks every hour; twice that is late. */
const LATE_MS = 2 * 3_600_000

/** Whether an application can sign. Keys in the order of their generations. */
export function judgeKeys(
  app: Pick<Patient, 'id'>,
  keys: readonly Key[],
  now: number,
  schedule: KeySchedule,
): Finding[] {
  const topic = topicOf(app)
  const closed = keys.filter((key) => !key.opens).length
  if (closed > 0) {
    return [
      fault(
        topic,
        `${closed} of ${keys.length} signing keys do not open with this master key`,
        'Set ANTIPHON_MASTER_KEY to the key that this database was made with.',
      ),
    ]
  }
  if (!keys.some((key) => key.purpose === 'access_token')) {
    return [
      fault(
        topic,
        'it has no key for access tokens',
        'Restore its signing keys from a backup, or start `antiphon serve`, which makes new ones.',
      ),
    ]
  }
  const groups = [...Map.groupBy(keys, (key) => `${key.purpose} ${key.alg}`)]
  const late = groups.filter(([, group]) => planKeys(group, now - LATE_MS, schedule).next !== undefined)
  if (late.length === 0) return [ok(topic, `${keys.length} signing keys open, none is due for rotation`)]
  return late.map(([name]) =>
    hint(
      topic,
      `the key for ${name} should have been succeeded`,
      'Keep `antiphon serve` running: it rotates keys every hour.',
    ),
  )
}
