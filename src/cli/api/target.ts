import { readFileSync } from 'node:fs'
import { stdin } from 'node:process'
import { text } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { readVariable, type Variables } from '../../platform/config.ts'
import type { Deps } from '../../platform/deps.ts'
import { openSafeFetch, type SafeFetch } from '../../platform/safe-fetch.ts'
import { describeFault, misconfigured, misused, type Outcome } from '../outcome.ts'
import { namesServer } from '../program.ts'
import type { Channel } from './channel.ts'
import { findUrlFault, openRemote } from './remote.ts'

/** Which server, if it is not the database of the variables. */
export interface TargetFlags {
  readonly url?: string
  readonly key?: string
  readonly cacert?: string
}

export const withTarget = (made: Command) =>
  made
    .option('--url <url>', 'of a running server; without it, and without ANTIPHON_URL, the database is worked on')
    .addOption(new Option('--key <key>', 'for that server: @file, - for standard input, or the key, which others see'))
    .option('--cacert <file>', 'PEM file: the certificate authority of that server')

/** By what a server is meant, if one is: no key of a server is for a database. */
export const serverNamedIn = (made: Command): string | undefined => {
  const { key, cacert } = made.opts<TargetFlags>()
  return namesServer(made) ?? (key !== undefined ? '--key' : cacert !== undefined ? '--cacert' : undefined)
}

/** The ways of a command: to the management API, and to wherever a person says. */
export interface Ways {
  readonly channel: Channel
  readonly fetch: SafeFetch
  /** Where an application answers by its id alone. Of a server elsewhere nobody knows. */
  readonly originOf?: ((appID: string) => string) | undefined
  /** Of this process, where it works on its own database. */
  readonly own?: Deps
}

/** Run a command by the management API. `changes` says whether the schema of a database of our own may be brought up to date for it. */
export async function withApi(
  variables: Variables,
  flags: TargetFlags,
  changes: boolean,
  work: (ways: Ways) => Promise<Outcome>,
): Promise<Outcome> {
  const url = flags.url ?? (variables.ANTIPHON_URL || undefined)
  if (url !== undefined) return await withServer(variables, { ...flags, url }, work)
  if (flags.key !== undefined || flags.cacert !== undefined)
    return misused('--key and --cacert are for a server: say --url')
  const { withCurrentSchema, withMigratedSchema } = await import('../process.ts')
  return await (changes ? withMigratedSchema : withCurrentSchema)(variables, ({ deps }) => withOwn(deps, work))
}

/** Run it by the management API of this process, over the database of these handles. */
export async function withOwn(deps: Deps, work: (ways: Ways) => Promise<Outcome>): Promise<Outcome> {
  const { openLocal } = await import('./local.ts')
  const local = await openLocal(deps)
  try {
    return await work({ channel: local.channel, fetch: deps.fetch, originOf: ownOrigin(deps.config), own: deps })
  } finally {
    await local.close()
  }
}

const ownOrigin =
  ({ publicScheme, baseDomain }: { readonly publicScheme: string; readonly baseDomain: string }) =>
  (appID: string) =>
    `${publicScheme}://${appID}.${baseDomain}`

async function withServer(
  variables: Variables,
  flags: TargetFlags & { readonly url: string },
  work: (ways: Ways) => Promise<Outcome>,
): Promise<Outcome> {
  const fault = findUrlFault(flags.url)
  if (fault !== undefined) return misused(`--url: ${fault}`)
  const key = await readKey(variables, flags.key)
  if (typeof key !== 'string') return key
  const authority = readAuthority(flags.cacert, variables.ANTIPHON_CA_FILE)
  if (authority.kind !== 'read') return authority
  // Whoever types a URL may mean a server of their own network.
  const outbound = openSafeFetch({ allowPrivate: true, extraCertificateAuthority: authority.pem })
  try {
    return await work({ channel: openRemote(outbound, flags.url, key), fetch: outbound.fetch })
  } finally {
    outbound.close()
  }
}

/** Any length of a key that we have ever given out, and no line break, which a header cannot carry. */
const KEY = /^[\x21-\x7e]{1,512}$/

async function readKey(variables: Variables, flag: string | undefined): Promise<string | Outcome> {
  const read = flag === undefined ? readVariable(variables, 'ANTIPHON_MANAGEMENT_KEY') : await readKeyFlag(flag)
  if (read.kind === 'faults') return misconfigured(read.faults)
  if (!read.value) {
    return misconfigured([
      'ANTIPHON_MANAGEMENT_KEY: is missing; `antiphon keys create` makes one, and --key names a file',
    ])
  }
  return KEY.test(read.value) ? read.value : misused('--key: that is no management key')
}

async function readKeyFlag(flag: string) {
  if (flag === '-') return { kind: 'read', value: (await text(stdin)).trim() } as const
  if (!flag.startsWith('@')) {
    // Who asks for the list of processes from now on does not see it.
    process.title = 'antiphon'
    return { kind: 'read', value: flag } as const
  }
  try {
    return { kind: 'read', value: readFileSync(flag.slice(1), 'utf8').trim() } as const
  } catch (error) {
    return { kind: 'faults', faults: [`--key: ${describeFault(error) ?? error}`] } as const
  }
}

function readAuthority(flag: string | undefined, variable: string | undefined) {
  const path = flag ?? variable
  if (!path) return { kind: 'read', pem: undefined } as const
  try {
    return { kind: 'read', pem: readFileSync(path, 'utf8') } as const
  } catch (error) {
    const name = flag === undefined ? 'ANTIPHON_CA_FILE' : '--cacert'
    return misconfigured([`${name}: ${describeFault(error) ?? error}`])
  }
}
