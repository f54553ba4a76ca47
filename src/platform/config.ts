import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { FIDO_AUTHORITIES, type FidoMetadata, readFidoMetadata } from '../crypto/fido-metadata.ts'
import { readRange } from './client-address.ts'
import { COMPANY, type Company, readCompany } from './config-company.ts'
import { PATHS, readFiles, withFileVariables } from './config-files.ts'
import { MAX_PROCESSES, ONE_ALONE, PROCESSES, poolOf } from './config-processes.ts'
import { DEFAULT_DATABASE_URL, VARIABLES } from './config-variables.ts'
import { masterKey, previousMasterKeys } from './master-key.ts'
import { isPair, type TlsFiles, type TlsPair } from './tls-pair.ts'

/** What the process is told by its environment. */
export interface Config {
  readonly databaseUrl: string
  /** Refuse to make a database where there is none. */
  readonly expectDatabase: boolean
  /** How many processes share the work beneath a supervisor; undefined: this one does it alone. */
  readonly processes: number | undefined
  /** Connections to PostgreSQL that each process has at most. */
  readonly databasePool: number
  readonly listen: Address
  readonly metricsListen: Address | undefined
  /** Whether anybody may read /metrics, on the main listener. */
  readonly metricsPublic: boolean
  /** Where the console listens by itself. */
  readonly consoleListen: Address | undefined
  /** The name at which browsers reach the console, perhaps with a port; on the main listener where it has none of its own. */
  readonly consoleHost: string | undefined
  /** By whose login operators get in, too. */
  readonly consoleCompany: Company | undefined
  /** 32 bytes. Every key and secret of the server hangs on it. */
  readonly masterKey: Uint8Array
  /** Those of before, the newest first: what hangs on them holds. */
  readonly previousMasterKeys: readonly Uint8Array[]
  /** Application `demo` answers at `demo.<base domain>`; may carry a port. Lower case. */
  readonly baseDomain: string
  readonly publicScheme: 'https' | 'http'
  /** How long to go on answering once told to stop. */
  readonly drainSeconds: number
  readonly tls: TlsPair | undefined
  /** Where that was read from, and is read again when it is renewed. */
  readonly tlsFiles: TlsFiles | undefined
  /** Files that hold secrets, as variables name them. */
  readonly secretFiles: readonly string[]
  /** Addresses and CIDR ranges in plain form. */
  readonly trustedProxies: readonly string[]
  readonly defaultApp: string | undefined
  readonly allowPrivateHooks: boolean
  /** Certificate authorities to trust besides the system's, PEM, for outbound calls. */
  readonly extraCertificateAuthority: string | undefined
  /** Of which models of authenticators a statement is believed, besides what applications say. */
  readonly fidoMetadata: FidoMetadata | undefined
  /** Whom to ask what the names of custom domains point at: addresses, perhaps with a port. Empty: the system's name servers. */
  readonly dnsServers: readonly string[]
  /** Whether requests go on the trace that their `traceparent` names. */
  readonly trustTraceparent: boolean
  /** Whether every answered request is a line of the log. */
  readonly logRequests: boolean
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
}

export interface Address {
  readonly host: string
  readonly port: number
}

const NAMES = VARIABLES.map(([name]) => name)

/** Variables that name a file in which a secret is. */
const SECRETS = [
  ...[
    'ANTIPHON_MASTER_KEY',
    'ANTIPHON_MASTER_KEY_PREVIOUS',
    'ANTIPHON_DATABASE_URL',
    'ANTIPHON_MANAGEMENT_KEY',
    'ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET',
  ].map((name) => `${name}_FILE`),
  'ANTIPHON_TLS_KEY',
]

/** One variable, which may be in a file: for commands that need no more. */
export function readVariable(
  variables: Variables,
  name: string,
): { kind: 'read'; value: string | undefined } | { kind: 'faults'; faults: string[] } {
  const { given, faults } = withFileVariables(variables, [name])
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'read', value: given[name] }
}

/** What each variable says, also from its file; what cannot be had is not there. */
export const readGiven = (variables: Variables): Variables => {
  const { given } = withFileVariables(variables, NAMES)
  return Object.fromEntries(NAMES.map((name) => [name, given[name]]))
}

const address = z.string().transform((text, context): Address => {
  const match = /^(\[[0-9a-f:]+\]|[^:[\]]+):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[2])
  if (match?.[1] && port <= 65535) return { host: match[1].replace(/[[\]]/g, ''), port }
  context.addIssue('is not host:port, such as 127.0.0.1:8080')
  return z.NEVER
})

const ranges = z
  .string()
  .default('')
  .transform((list, context) => {
    const given = list.split(',').flatMap((one) => one.trim() || [])
    return given.flatMap((one) => {
      const read = readRange(one)
      if (read.kind === 'range') return [read.range]
      context.addIssue(`${one} ${read.kind === 'none' ? NO_RANGE : TOO_WIDE}`)
      return []
    })
  })

const nameServers = z
  .string()
  .default('')
  .transform((list, context) => {
    const given = list.split(',').flatMap((one) => one.trim() || [])
    const odd = given.find((one) => !isNameServer(one))
    if (odd !== undefined) context.addIssue(`${odd} is no address, nor one with a port`)
    return given
  })

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`. */
function isNameServer(text: string): boolean {
  const [, bracketed, plain, port = '53'] = /^(?:\[(.+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  return isIP(bracketed ?? plain ?? text) !== 0 && Number(port) > 0 && Number(port) <= 65_535
}

const NO_RANGE = 'is neither an address nor a CIDR range'
const TOO_WIDE = 'is wider than any network of proxies: whoever is in it could claim any address'

const flagOf = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false'], { error: 'is neither true nor false' })
    .default(fallback)
    .transform((text) => text === 'true')
const flag = flagOf('false')

const processes = z
  .string()
  .regex(PROCESSES, `is neither auto nor a whole number from 1 to ${MAX_PROCESSES}`)
  .transform((text) => (text === 'auto' ? Math.min(MAX_PROCESSES, availableParallelism()) : Number(text)))

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const

const hostName = z
  .string()
  .toLowerCase()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d+)?$/, 'is not a domain name')

const environment = z.object({
  ANTIPHON_DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'is neither sqlite:<path> nor postgres://…')
    .refine(
      (url) => !/^sqlite:\s*(:memory:|file:)/i.test(url),
      'takes the path of a file: a database in memory is another one for each connection',
    )
    .refine((url) => !/[?&]pooler=(?!transaction(&|$))/.test(url), 'pooler is `transaction` or left out')
    .default(DEFAULT_DATABASE_URL),
  ANTIPHON_EXPECT_DATABASE: z.enum(['true', 'false'], { error: 'is neither true nor false' }).default('false'),
  ANTIPHON_PROCESSES: processes.optional(),
  ANTIPHON_DATABASE_POOL: z
    .string()
    .regex(/^([2-9]|[1-9]\d|[1-4]\d\d|500)$/, 'is no whole number from 2 to 500')
    .transform(Number)
    .optional(),
  ANTIPHON_LISTEN: address.prefault('127.0.0.1:8080'),
  ANTIPHON_METRICS_LISTEN: address.optional(),
  ANTIPHON_METRICS_PUBLIC: flag,
  ANTIPHON_CONSOLE_LISTEN: address.optional(),
  ANTIPHON_CONSOLE_HOST: hostName.optional(),
  ANTIPHON_MASTER_KEY: masterKey,
  ANTIPHON_MASTER_KEY_PREVIOUS: previousMasterKeys,
  ANTIPHON_BASE_DOMAIN: hostName.default('session.localhost'),
  ANTIPHON_PUBLIC_SCHEME: z.enum(['https', 'http'], { error: 'is neither https nor http' }).default('https'),
  ANTIPHON_DRAIN_SECONDS: z
    .string()
    .regex(/^([0-9]|[1-9][0-9]|[12][0-9][0-9]|300)$/, 'is no whole number from 0 to 300')
    .default('5')
    .transform(Number),
  ANTIPHON_TLS_CERT: z.string().optional(),
  ANTIPHON_TLS_KEY: z.string().optional(),
  ANTIPHON_TRUSTED_PROXIES: ranges,
  ANTIPHON_DEFAULT_APP: z.string().optional(),
  ANTIPHON_ALLOW_PRIVATE_HOOKS: flag,
  ANTIPHON_CA_FILE: z.string().optional(),
  ANTIPHON_DNS_SERVERS: nameServers,
  ANTIPHON_FIDO_MDS_FILE: z.string().optional(),
  ANTIPHON_TRUST_TRACEPARENT: flag,
  ANTIPHON_LOG_REQUESTS: flagOf('true'),
  ANTIPHON_LOG_LEVEL: z.enum(LOG_LEVELS, { error: `is none of ${LOG_LEVELS.join(', ')}` }).default('info'),
})

export type Variables = Readonly<Record<string, string | undefined>>

export type ConfigOutcome = { kind: 'config'; config: Config } | { kind: 'faults'; faults: string[] }

/** Read the configuration; every fault is one line that names its variable. `fidoAuthorities`: by whom FIDO metadata must be signed in the end, PEM. */
export function readConfig(variables: Variables, fidoAuthorities = FIDO_AUTHORITIES): ConfigOutcome {
  const { given, unread, faults } = withFileVariables(variables, NAMES)
  const { contents, faults: unreadable } = readFiles(given, PATHS)
  faults.push(...unreadable)
  const parsed = environment.safeParse(given)
  for (const { path, message } of parsed.error?.issues ?? []) {
    // A file that cannot be read is a fault already: what is in it is not missing besides.
    if (!unread.has(String(path[0]))) faults.push(`${path.join('.')}: ${message}`)
  }
  if (parsed.data && !unread.has('ANTIPHON_DATABASE_URL') && isShared(parsed.data))
    faults.push(`ANTIPHON_PROCESSES: ${ONE_ALONE}`)
  const tls = pairOf(contents.ANTIPHON_TLS_CERT, contents.ANTIPHON_TLS_KEY)
  if (Boolean(given.ANTIPHON_TLS_CERT) !== Boolean(given.ANTIPHON_TLS_KEY)) {
    faults.push('ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: one is set without the other')
  } else if (tls && !isPair(tls)) {
    faults.push('ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: are not a certificate and its private key in PEM')
  }
  const company = readCompany(given, given.ANTIPHON_ALLOW_PRIVATE_HOOKS === 'true')
  if (company.kind === 'fault' && !COMPANY.some((name) => unread.has(name))) faults.push(company.fault)
  const extraCertificateAuthority = contents.ANTIPHON_CA_FILE
  if (extraCertificateAuthority !== undefined && !extraCertificateAuthority.includes('-----BEGIN CERTIFICATE-----')) {
    faults.push('ANTIPHON_CA_FILE: holds no certificate in PEM')
  }
  const fido = contents.ANTIPHON_FIDO_MDS_FILE
  const read = fido === undefined ? undefined : readFidoMetadata(fido, fidoAuthorities)
  if (read?.kind === 'fault') faults.push(`ANTIPHON_FIDO_MDS_FILE: ${read.reason}`)
  if (!parsed.success || faults.length > 0) return { kind: 'faults', faults }
  const fidoMetadata = read?.kind === 'metadata' ? read.metadata : undefined
  const secretFiles = SECRETS.flatMap((name) => given[name] ?? [])
  const consoleCompany = company.kind === 'read' ? company.company : undefined
  const files = { tls, secretFiles, extraCertificateAuthority, fidoMetadata, consoleCompany }
  return { kind: 'config', config: configOf(parsed.data, files) }
}

/** A SQLite file by several processes. */
const isShared = (env: z.output<typeof environment>) =>
  env.ANTIPHON_PROCESSES !== undefined && env.ANTIPHON_DATABASE_URL.startsWith('sqlite:')

/** Where the server listens, and whether it serves TLS there: for a command that asks it. */
export function readListen(
  variables: Variables,
): { kind: 'listen'; listen: Address; isTls: boolean } | { kind: 'faults'; faults: string[] } {
  const { given, faults } = withFileVariables(variables, ['ANTIPHON_LISTEN'])
  const parsed = environment.shape.ANTIPHON_LISTEN.safeParse(given.ANTIPHON_LISTEN)
  for (const { message } of parsed.error?.issues ?? []) faults.push(`ANTIPHON_LISTEN: ${message}`)
  if (!parsed.success || faults.length > 0) return { kind: 'faults', faults }
  return { kind: 'listen', listen: parsed.data, isTls: given.ANTIPHON_TLS_CERT !== undefined }
}

const pairOf = (cert: string | undefined, key: string | undefined) =>
  cert !== undefined && key !== undefined ? { cert, key } : undefined

function configOf(
  env: z.output<typeof environment>,
  {
    tls,
    secretFiles,
    extraCertificateAuthority,
    fidoMetadata,
    consoleCompany,
  }: Pick<Config, 'tls' | 'secretFiles' | 'extraCertificateAuthority' | 'fidoMetadata' | 'consoleCompany'>,
): Config {
  return {
    databaseUrl: env.ANTIPHON_DATABASE_URL,
    expectDatabase: env.ANTIPHON_EXPECT_DATABASE === 'true',
    processes: env.ANTIPHON_PROCESSES,
    databasePool: env.ANTIPHON_DATABASE_POOL ?? poolOf(env.ANTIPHON_PROCESSES),
    listen: env.ANTIPHON_LISTEN,
    metricsListen: env.ANTIPHON_METRICS_LISTEN,
    metricsPublic: env.ANTIPHON_METRICS_PUBLIC,
    consoleListen: env.ANTIPHON_CONSOLE_LISTEN,
    consoleHost: env.ANTIPHON_CONSOLE_HOST,
    consoleCompany,
    masterKey: env.ANTIPHON_MASTER_KEY,
    previousMasterKeys: env.ANTIPHON_MASTER_KEY_PREVIOUS,
    baseDomain: env.ANTIPHON_BASE_DOMAIN,
    publicScheme: env.ANTIPHON_PUBLIC_SCHEME,
    drainSeconds: env.ANTIPHON_DRAIN_SECONDS,
    tls,
    tlsFiles: pairOf(env.ANTIPHON_TLS_CERT, env.ANTIPHON_TLS_KEY),
    secretFiles,
    trustedProxies: env.ANTIPHON_TRUSTED_PROXIES,
    defaultApp: env.ANTIPHON_DEFAULT_APP,
    allowPrivateHooks: env.ANTIPHON_ALLOW_PRIVATE_HOOKS,
    extraCertificateAuthority,
    fidoMetadata,
    dnsServers: env.ANTIPHON_DNS_SERVERS,
    trustTraceparent: env.ANTIPHON_TRUST_TRACEPARENT,
    logRequests: env.ANTIPHON_LOG_REQUESTS,
    logLevel: env.ANTIPHON_LOG_LEVEL,
  }
}
