import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { type Canary, FIELDS, type Field } from '../../core/imports/options.ts'
import { misused } from '../outcome.ts'
import { readCanaries } from './canaries-file.ts'
import { readFirebaseHash } from './firebase-hash.ts'
import { chooseSource } from './generic.ts'
import { readMapping } from './mapping-file.ts'
import { isCountry } from './phone-number.ts'
import type { UserFiles } from './read/users.ts'
import type { Source, SourceOptions } from './source.ts'

/** As they were typed. */
export interface ImportFlags {
  readonly app?: string
  readonly from?: string
  readonly hashes?: string
  readonly join?: readonly string[]
  readonly map?: string
  readonly encoding?: string
  readonly dryRun?: boolean
  readonly update?: string
  readonly since?: string
  readonly expect?: string
  readonly canaries?: string
  readonly defaultCountry?: string
  readonly externalIdFrom?: string
  readonly scopesByGroup?: string
  readonly firebaseHash?: string
  readonly pepper?: string
  readonly springEncoder?: string
  readonly oktaEmailProven?: boolean
  readonly keycloakNumbersProven?: boolean
  readonly mapped?: string
  readonly ids?: string
  readonly errors?: string
  readonly continue?: string
}

export interface ImportPlan {
  readonly kind: 'plan'
  readonly appId: string
  readonly source: Source
  readonly files: UserFiles
  readonly options: Omit<SourceOptions, 'now'>
  readonly update: readonly Field[]
  readonly since: string | undefined
  readonly expect: number | undefined
  readonly dryRun: boolean
  readonly canaries: readonly Canary[]
}

type Misused = ReturnType<typeof misused>

/** A flag that means nothing. */
class WrongFlag extends Error {}

/** What the flags ask for. Reads the small files that they name. */
export function planImport(paths: readonly string[], flags: ImportFlags): ImportPlan | Misused {
  try {
    return plan(paths, flags)
  } catch (error) {
    if (error instanceof WrongFlag) return misused(error.message)
    throw error
  }
}

function plan(paths: readonly string[], flags: ImportFlags): ImportPlan {
  const { app, from } = flags
  if (app === undefined || from === undefined)
    throw new WrongFlag('say where to and what it is: --app <id> --from <source>')
  if (paths.length === 0) throw new WrongFlag('say which files hold the users')
  const mapping = read(flags.map, '--map', readMapping)
  const chosen = chooseSource(from, mapping?.mapping)
  if (chosen.kind === 'refused') throw new WrongFlag(chosen.reason)
  const { source } = chosen
  mustMean(flags, mapping ? '--map' : source.name)
  for (const path of paths) mustExist(path, path)
  return {
    kind: 'plan',
    appId: app,
    source,
    files: { users: paths, joined: joinedOf(source, flags), encoding: encodingOf(flags.encoding) },
    options: optionsOf(flags),
    update: flags.update === undefined ? FIELDS : fieldsOf(flags.update),
    since: sinceOf(flags.since),
    expect: expectOf(flags.expect),
    dryRun: flags.dryRun ?? false,
    canaries: read(flags.canaries, '--canaries', readCanaries)?.canaries ?? [],
  }
}

/** Flags that mean something for some systems alone: elsewhere nobody would notice that they do nothing. */
const ONLY_OF = {
  firebaseHash: ['--firebase-hash', ['firebase', 'supertokens']],
  pepper: ['--pepper', ['clerk', 'devise']],
  springEncoder: ['--spring-encoder', ['spring']],
  oktaEmailProven: ['--okta-email-proven', ['okta']],
  keycloakNumbersProven: ['--keycloak-numbers-proven', ['keycloak']],
} as const

function mustMean(flags: ImportFlags, reader: string): void {
  for (const [name, [flag, readers]] of Object.entries(ONLY_OF)) {
    const isMeant = flags[name as keyof typeof ONLY_OF] === undefined || (readers as readonly string[]).includes(reader)
    if (!isMeant) throw new WrongFlag(`${flag} means something with --from ${readers.join(' and ')} alone`)
  }
}

function optionsOf(flags: ImportFlags): Omit<SourceOptions, 'now'> {
  const { defaultCountry, externalIdFrom, pepper, springEncoder, oktaEmailProven, keycloakNumbersProven } = flags
  if (defaultCountry !== undefined && !isCountry(defaultCountry)) {
    throw new WrongFlag('--default-country: is no country of ISO 3166, like FR')
  }
  const firebase = read(flags.firebaseHash, '--firebase-hash', readFirebaseHash)
  const scopes = read(flags.scopesByGroup, '--scopes-by-group', readScopes)
  return {
    ...(defaultCountry !== undefined && { defaultCountry }),
    ...(externalIdFrom !== undefined && { externalIdFrom }),
    ...(pepper !== undefined && { pepper }),
    ...(springEncoder !== undefined && { springEncoder }),
    ...(oktaEmailProven !== undefined && { oktaEmailProven }),
    ...(keycloakNumbersProven !== undefined && { keycloakNumbersProven }),
    ...(firebase && { firebaseHash: firebase.parameters }),
    ...(scopes && { scopesByGroup: scopes.scopes }),
  }
}

/** `--hashes <file>` and `--join <role>=<file>`. */
function joinedOf({ name, joins = [] }: Source, flags: ImportFlags): Map<string, string> {
  const given = (flags.join ?? []).map((text) => text.split(/=(.*)/s) as [string, string])
  if (flags.hashes !== undefined) given.push(['hashes', flags.hashes])
  const roles = joins.filter(({ file }) => file !== 'users').map(({ role }) => role)
  for (const [role, path] of given) {
    if (!path) throw new WrongFlag('--join: is not role=file')
    if (!roles.includes(role)) {
      throw new WrongFlag(
        `--from ${name} joins ${roles.length > 0 ? `${roles.join(', ')}, no ${role}` : 'no second file'}`,
      )
    }
    mustExist(path, path)
  }
  return new Map(given)
}

const ENCODINGS = ['utf-8', 'utf-16le', 'windows-1252'] as const

function encodingOf(text: string | undefined) {
  const encoding = ENCODINGS.find((one) => one === text?.toLowerCase())
  if (text !== undefined && !encoding) throw new WrongFlag(`--encoding: is none of ${ENCODINGS.join(', ')}`)
  return encoding
}

function fieldsOf(text: string): Field[] {
  return text.split(',').flatMap((name) => {
    const field = FIELDS.find((one) => one === name.trim())
    if (!field && name.trim() !== '') throw new WrongFlag(`--update: is none of ${FIELDS.join(', ')}`)
    return field ?? []
  })
}

function sinceOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const withTime = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
  if (!z.iso.datetime({ offset: true }).safeParse(withTime).success) {
    throw new WrongFlag('--since: is no time of RFC 3339, like 2026-11-28T08:00:00Z')
  }
  return withTime
}

function expectOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new WrongFlag('--expect: is no number')
  return Number(text)
}

const scopesShape = z.record(z.string(), z.array(z.string()))

/** `{"staff": ["shop:read"]}` */
function readScopes(
  text: string,
): { kind: 'read'; scopes: Map<string, string[]> } | { kind: 'faults'; faults: string[] } {
  try {
    const { data } = scopesShape.safeParse(JSON.parse(text))
    if (data) return { kind: 'read', scopes: new Map(Object.entries(data)) }
  } catch {
    // Told with everything else that it may be.
  }
  return { kind: 'faults', faults: ['is no JSON object of lists of scopes, by group'] }
}

const MAX_FILE_BYTES = 1024 * 1024

/** A small file that a flag names. */
function read<R extends { kind: string }>(
  path: string | undefined,
  flag: string,
  parse: (text: string) => R,
): Extract<R, { kind: 'read' }> | undefined {
  if (path === undefined) return undefined
  mustExist(path, `${flag} ${path}`)
  if (statSync(path).size > MAX_FILE_BYTES) throw new WrongFlag(`${flag} ${path}: is longer than 1 MiB`)
  const parsed = parse(readFileSync(path, 'utf8'))
  if (parsed.kind === 'read') return parsed as Extract<R, { kind: 'read' }>
  const { faults = [] } = parsed as { faults?: readonly string[] }
  throw new WrongFlag(`${flag} ${path}: ${faults.join('; ')}`)
}

function mustExist(path: string, name: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new WrongFlag(`${name}: there is no such file`)
  if (stats.isDirectory()) throw new WrongFlag(`${name}: is a folder`)
}
