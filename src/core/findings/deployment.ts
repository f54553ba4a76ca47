import type { FidoMetadata } from '../../crypto/fido-metadata.ts'
import type { Config } from '../../platform/config.ts'
import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import { isLoopback } from '../../platform/loopback.ts'
import { isOneByte } from '../../platform/master-key.ts'
import { sealedIn } from '../master-key/boxes/count.ts'
import type { KeyStatus } from '../master-key/status.ts'
import { hostOf, isAddress, isPublicSuffix } from './site.ts'

const DAY_MS = 86_400_000

/** Whether the master key could be drawn at random, and is the one of the database: `fits` is undefined where there is none yet. */
export function judgeMasterKey({ masterKey }: Pick<Config, 'masterKey'>, fits: boolean | undefined): Finding[] {
  const topic = 'master key'
  if (fits === false) {
    const what = 'it is not the key that this database was made with: `serve` would refuse to start'
    return [fault(topic, what, 'Set ANTIPHON_MASTER_KEY to that key.')]
  }
  if (!isOneByte(masterKey)) return [ok(topic, fits ? 'it is the one of this database' : 'it can be read')]
  const what = 'it is one byte over and over, as for a test: whoever tries that can forge everything'
  return [hint(topic, what, 'Draw one at random, e.g. by `openssl rand -base64 32`, before there are users.')]
}

/** Which keys of before may go, and which were taken away too early. */
export function judgePreviousKeys(
  keys: readonly Pick<KeyStatus, 'id' | 'given' | 'mayGo'>[],
  missing: readonly Pick<KeyStatus, 'id' | 'sessions' | 'sealed'>[],
): Finding[] {
  const topic = 'master key'
  const tooEarly = missing.map(({ id, sessions, sealed }) =>
    fault(
      topic,
      `${sealedIn({ sealed })} sealed values and ${sessions} sessions hang on the key ${id}, which is not given: \`serve\` would refuse to start`,
      'Put it back into ANTIPHON_MASTER_KEY_PREVIOUS.',
    ),
  )
  const previous = keys.filter(({ given }) => given === 'previous')
  const needed = previous.flatMap(({ id, mayGo }) =>
    mayGo ? [] : [ok(topic, `the previous key ${id} is still needed`)],
  )
  const spare = previous.flatMap(({ id, mayGo }) =>
    mayGo
      ? [
          hint(
            topic,
            `nothing hangs on the previous key ${id} any more`,
            'Take it out of ANTIPHON_MASTER_KEY_PREVIOUS.',
          ),
        ]
      : [],
  )
  return [...tooEarly, ...needed, ...spare]
}

type Domain = Pick<Config, 'baseDomain' | 'publicScheme'>

export function judgeBaseDomain({ baseDomain, publicScheme }: Domain): Finding {
  const topic = 'base domain'
  const host = hostOf(baseDomain)
  const mend = 'Set ANTIPHON_BASE_DOMAIN to a name of your own, e.g. session.example.com.'
  if (isAddress(host)) return fault(topic, `${host} is an address, which has no names below it`, mend)
  if (isPublicSuffix(host)) {
    return fault(topic, `${host} is a public suffix: each application would be a site among strangers`, mend)
  }
  if (publicScheme === 'http' && !isLoopback(host)) {
    return fault(
      topic,
      `clients dial ${host} over plain http: browsers drop the cookies, which are Secure`,
      'Serve it over TLS, and set ANTIPHON_PUBLIC_SCHEME to https.',
    )
  }
  return ok(topic, `applications answer at ${publicScheme}://<id>.${baseDomain}`)
}

type Front = Domain & Pick<Config, 'listen' | 'tls' | 'trustedProxies'>

/** Whether we believe the right neighbour about who is calling. */
export function judgeProxies({ listen, tls, trustedProxies, publicScheme, baseDomain }: Front): Finding {
  const topic = 'proxy'
  if (trustedProxies.length > 0) return ok(topic, `X-Forwarded-For counts from ${trustedProxies.join(', ')}`)
  const isOpen = !isLoopback(listen.host)
  const isFronted = publicScheme === 'https' && !isLoopback(hostOf(baseDomain))
  if (tls || !(isOpen || isFronted)) return ok(topic, 'callers connect directly')
  return hint(
    topic,
    `${listen.host}:${listen.port} speaks no TLS, so a proxy seems to stand before it, and none is trusted: every caller has its address`,
    'Set ANTIPHON_TRUSTED_PROXIES to the addresses of that proxy.',
  )
}

/** What is meant for development and open to the world. */
export function judgeOpenings(config: Domain & Pick<Config, 'allowPrivateHooks' | 'defaultApp'>): Finding[] {
  if (isLoopback(hostOf(config.baseDomain))) return []
  const findings: Finding[] = []
  if (config.allowPrivateHooks) {
    findings.push(
      hint(
        'hooks',
        'whoever manages an application can make this server call hosts of the network it stands in',
        'Unset ANTIPHON_ALLOW_PRIVATE_HOOKS, unless you manage every application yourself.',
      ),
    )
  }
  if (config.defaultApp) {
    findings.push(
      hint(
        'default application',
        `requests whose host names no application reach ${config.defaultApp}`,
        'Unset ANTIPHON_DEFAULT_APP, and give the application its public origins.',
      ),
    )
  }
  return findings
}

/** Whether the metadata of authenticators is still what the FIDO Alliance says. */
export function judgeMetadata(
  metadata: Pick<FidoMetadata, 'nextUpdate' | 'roots'> | undefined,
  now: number,
): Finding[] {
  if (!metadata) return []
  const topic = 'FIDO metadata'
  const day = new Date(metadata.nextUpdate).toISOString().slice(0, 10)
  const what = `it proves ${metadata.roots.size} models of authenticators, and the next was to come on ${day}`
  if (now < metadata.nextUpdate + DAY_MS) return [ok(topic, what)]
  const mend =
    'Fetch https://mds3.fidoalliance.org into ANTIPHON_FIDO_MDS_FILE, and start anew: newer models are refused, and compromised ones are not.'
  return [hint(topic, what, mend)]
}

/** Whether the default application is among those that exist. */
export function judgeDefaultApp(defaultApp: string | undefined, ids: readonly string[]): Finding[] {
  if (defaultApp === undefined || ids.includes(defaultApp)) return []
  return [
    fault(
      'default application',
      `there is no application ${defaultApp}`,
      `Create it with \`antiphon apps create ${defaultApp}\`, or change ANTIPHON_DEFAULT_APP.`,
    ),
  ]
}

/** `pending` of all `known` migrations are not applied. */
export function judgeSchema(pending: readonly string[], known: number): Finding {
  const topic = 'database'
  if (pending.length === 0) return ok(topic, 'it answers, and its schema is current')
  if (pending.length === known)
    return hint(topic, 'it answers, and is empty', 'Run `antiphon migrate` or `antiphon serve`.')
  const what = `its schema is older than this release: ${pending.length} migrations are missing, first ${pending[0]}`
  return fault(topic, what, 'Run `antiphon migrate`.')
}

const SKEW_NOTED_MS = 2_000
const SKEW_MAX_MS = 30_000

/** `skewMs` is how far the database's clock is ahead of ours; undefined when both are one. */
export function judgeClock(skewMs: number | undefined): Finding {
  const topic = 'clock'
  if (skewMs === undefined)
    return ok(topic, 'the database has the clock of this machine; there is none to compare it with')
  const size = Math.abs(skewMs)
  const what = `this machine is ${(size / 1000).toFixed(1)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the database`
  const mend = 'Let both machines follow a time server (NTP).'
  if (size > SKEW_MAX_MS) return fault(topic, what, mend)
  return size > SKEW_NOTED_MS ? hint(topic, what, mend) : ok(topic, 'this machine and the database agree')
}
