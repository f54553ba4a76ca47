/**
 * Writes the documents that follow from the declarations in `src/`: `node scripts/generate.ts [--check]`.
 *
 * With `--check` it writes nothing, names the documents that are out of date and exits 1 if there are any.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dpopChallenge } from '../src/core/access/failures.ts'
import { ALL_ROLES, permissionsOf } from '../src/core/operators/roles.ts'
import { findLacking, frontendDocument, managementDocument } from '../src/documents.ts'
import type { Endpoint } from '../src/platform/endpoint.ts'
import { type Failure, statusOf, universal } from '../src/platform/failure.ts'
import { failuresOf } from '../src/platform/openapi-errors.ts'
import { ALL_PERMISSIONS, PERMISSIONS } from '../src/platform/permissions.ts'
import { endpoints, settingsGroups } from '../src/server.ts'
import { commandsPage } from './commands-page.ts'
import { consoleOperations, type ManagementDocument } from './console-operations.ts'
import { consoleRoles } from './console-roles.ts'
import { consoleSettings } from './console-settings.ts'
import { limitsPage } from './limits-page.ts'
import { operationsIn } from './operations.ts'
import { settingsPage } from './settings-page.ts'

/** The text of every generated document by its path from the root. */
export function generate(): Map<string, string> {
  return new Map([
    ['console/src/api/operations.ts', consoleOperations(managementDocument() as ManagementDocument)],
    ['console/src/api/settings.ts', consoleSettings(settingsGroups)],
    [
      'console/src/api/roles.ts',
      consoleRoles(ALL_PERMISSIONS, new Map(ALL_ROLES.map((role) => [role, permissionsOf(role)]))),
    ],
    ['docs/api/frontend.json', `${JSON.stringify(frontendDocument(), null, 2)}\n`],
    ['docs/api/management.json', `${JSON.stringify(managementDocument(), null, 2)}\n`],
    ['docs/api/operations.json', operationLines(managementDocument())],
    ['docs/api/permissions.md', permissionsPage(endpoints)],
    ['docs/commands.md', commandsPage(NOTICE, table)],
    ['docs/errors.md', errorsPage(endpoints)],
    ['docs/limits.md', limitsPage(settingsGroups, NOTICE, table)],
    ['docs/settings.md', settingsPage(settingsGroups, NOTICE, table)],
  ])
}

/** `docs/api/operations.json`: a line for each operation. */
const operationLines = (document: object) =>
  `[\n${operationsIn(document)
    .map((one) => JSON.stringify(one))
    .join(',\n')}\n]\n`

/** Paths of the documents that are missing under `root` or differ from what they should be. */
export function findStale(root: string, documents: ReadonlyMap<string, string>): string[] {
  return [...documents].filter(([path, text]) => read(join(root, path)) !== text).map(([path]) => path)
}

/** The text of a file, undefined when there is none. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const code = (text: string): string => `\`${text}\``

const NOTICE = '<!-- Generated from the declarations in src/ by `npm run generate`. Do not edit. -->'

/** `docs/errors.md`: every error of both APIs, and who answers it. */
export function errorsPage(all: readonly Endpoint[]): string {
  const of = (audience: Endpoint['audience']) => all.filter((one) => one.audience === audience)
  const asksForNonce = (one: Endpoint) => one.access.challenges?.includes(dpopChallenge.use_dpop_nonce)
  return `${NOTICE}

# Errors

An error is told apart by its \`code\`. Codes never change their meaning; messages are for developers and may.

## Frontend API

\`{ "code", "type", "message", "request_id" }\`. The request id is in the \`X-Request-Id\` header too, and in [the log](guide/operate.md#the-log) of the server, which has a line for each request unless \`ANTIPHON_LOG_REQUESTS=false\`.

${errorTable('type', of('frontend'), [
  { failure: universal.bad_request, by: 'any' },
  { failure: universal.not_found, by: 'any, when the host names no application; unknown paths' },
  { failure: universal.internal, by: 'any' },
  { failure: universal.overloaded, by: 'any, with `Retry-After`' },
  {
    failure: dpopChallenge.use_dpop_nonce,
    by: `those that judge the age of a DPoP proof, with \`DPoP-Nonce\`: ${names(of('frontend').filter(asksForNonce))}`,
  },
])}

## Management API

\`{ "code", "status", "message" }\`. The request id is in the \`X-Request-Id\` header, and in [the log](guide/operate.md#the-log).

${errorTable('status', of('management'), [
  { failure: universal.invalid_request, by: 'any' },
  { failure: universal.not_found, by: 'any about an application that the key is not for; unknown paths' },
  { failure: universal.internal, by: 'any' },
  { failure: universal.overloaded, by: 'any, with `Retry-After`' },
])}
`
}

interface Entry {
  readonly failure: Failure
  readonly by: string
}

function errorTable(family: 'type' | 'status', own: readonly Endpoint[], everywhere: readonly Entry[]): string {
  const general = new Set(everywhere.map(({ failure }) => failure.code))
  const declared = own.flatMap((one) => failuresOf(one).map((failure) => ({ failure, one })))
  const byCode = Map.groupBy(
    declared.filter(({ failure }) => !general.has(failure.code)),
    ({ failure }) => failure.code,
  )
  const specific = [...byCode.values()].flatMap((group): Entry[] => {
    const answering = group.map(({ one }) => one)
    return group
      .slice(0, 1)
      .map(({ failure }) => ({ failure, by: answering.length === own.length ? 'any' : names(answering) }))
  })
  const entries = [...everywhere, ...specific].sort(
    (a, b) => statusOf[a.failure.family] - statusOf[b.failure.family] || (a.failure.code < b.failure.code ? -1 : 1),
  )
  return table(
    ['code', 'HTTP', family, 'message', 'answered by'],
    entries.map(({ failure, by }) => [
      code(failure.code),
      String(statusOf[failure.family]),
      code(failure.family),
      failure.message,
      by,
    ]),
  )
}

const names = (some: readonly Endpoint[]): string => some.map((one) => code(one.operationId)).join(', ')

/** `docs/api/permissions.md`: what a management key may be allowed. */
export function permissionsPage(all: readonly Endpoint[]): string {
  const needing = (permission: string) => names(all.filter((one) => one.permission === permission))
  return `${NOTICE}

# Permissions of management keys

Each management operation needs one permission. A key without it is answered 403 \`insufficient_permissions\`, with the name of what is missing.
A key that was made without a list of permissions has all of them, those of later releases included.

${table(
  ['permission', 'allows to', 'operations'],
  ALL_PERMISSIONS.map((permission) => [code(permission), PERMISSIONS[permission], needing(permission)]),
)}
`
}

/** Cells are not padded: the longest are of hundreds of characters, and the rest would be out of sight. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const documents = generate()
  const stale = findStale(root, documents)
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`${path}: is out of date; run \`npm run generate\``)
    const lacking = findLacking()
    for (const line of lacking) console.error(`${line} (see CONTRIBUTING.md, the API reference)`)
    if (stale.length + lacking.length > 0) process.exitCode = 1
  } else {
    for (const path of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), documents.get(path) ?? '')
      console.log(path)
    }
  }
}
