import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import type { Deps } from '../../platform/deps.ts'
import { declare } from '../api/declared.ts'
import { serverNamedIn, type TargetFlags, type Ways, withApi, withOwn, withTarget } from '../api/target.ts'
import type { ExportFlags } from '../export.ts'
import { misused, type Outcome } from '../outcome.ts'
import { askFirst, asking, command, databaseCommand, inApp, plain, type Runners, withJson } from '../program.ts'
import type { ImportFlags } from './flags.ts'
import { type Place, placeOf } from './place.ts'

const each = (value: string, before: readonly string[] = []) => [...before, value]

/** Flags of its own, besides those of its commands. */
export const withImportFlags = (made: Command) =>
  withJson(made)
    .enablePositionalOptions()
    .option('--app <id>', 'the application')
    .option('--from <source>', 'what the files came from: auth0, clerk, firebase …, ndjson, or csv and ldif with --map')
    .option('--hashes <file>', 'the file of password hashes, where they are apart')
    .option('--join <role=file>', 'another file with more of the same users; may be repeated', each)
    .option('--map <file>', 'a file that says where things stand in a row')
    .option('--encoding <name>', 'of the files, where it is not UTF-8: windows-1252')
    .option('--dry-run', 'do and report everything, and keep nothing of it')
    .option('--update <fields>', 'what of users who are here may be brought up to date: profile,groups …')
    .option('--since <time>', 'pass over users whose record was changed before')
    .option('--expect <count>', 'how many users there have to be; with another number nothing is loaded')
    .option('--canaries <file>', 'test accounts and their passwords, which are tried at the end')
    .option('--default-country <code>', 'of phone numbers without one, like FR')
    .option('--external-id-from <path>', 'where the id stands that your own tables use')
    .option('--scopes-by-group <file>', 'JSON that names the scopes of groups')
    .option('--firebase-hash <file>', 'the hash parameters of the Firebase project')
    .option('--pepper <name>', 'the sealed pepper that stood behind every password')
    .option('--spring-encoder <name>', 'the encoder of Spring hashes that name none')
    .option('--okta-email-proven', 'take the primary address of active Okta users as proven')
    .option('--keycloak-numbers-proven', 'take numbers as proven where an attribute says so, for users cannot write it')
    .option('--mapped <file>', 'write down the users as they are read')
    .option('--ids <file>', 'write down which user here is which there, one a line')
    .option('--errors <file>', 'write down refused and conflicting lines, to be corrected')
    .option('--continue <import_id>', 'go on with an import whose reading was broken off')

const addTo = (parent: Command, variables: Variables) =>
  command(
    parent,
    'import [files...]',
    'bring users over by file, from a legacy system or another application',
    (made) => withTarget(withImportFlags(made)),
    async (files: string[], flags: ImportFlags & TargetFlags) => {
      const { importFiles } = await import('../import.ts')
      return await withApi(variables, flags, true, async (ways) => await importFiles(placesBy(ways), files, flags))
    },
  )

const placesBy = (ways: Ways) => (appId: string) => placeOf(ways, appId)

/** `antiphon import`, also as `users import`, and what can be done about an import. */
export function addImport(program: Command, variables: Variables, run: Runners): void {
  const imports = addTo(program, variables)
  const users = program.commands.find((one) => one.name() === 'users')
  if (users) addTo(users, variables)
  addSteps(imports, variables, run)
  addAnswers(imports, variables, run)
}

type Flags = TargetFlags & { readonly app?: string }

/** What is done with an import. */
interface Doing {
  readonly usage: string
  readonly does: string
  readonly build?: (made: Command) => Command
  /** Whether the schema of a database of one's own may be brought up to date for it. */
  readonly changes: boolean
  act(place: Place, id: string, flags: { outcome: string; out?: string }): Promise<Outcome>
}

/** On a database whose the import is is found, of a server it is said. */
function ofImport(
  imports: Command,
  variables: Variables,
  run: Runners,
  { usage, does, build = plain, changes, act }: Doing,
): void {
  command(
    imports,
    `${usage} <import_id>`,
    does,
    (made) =>
      withTarget(
        build(withJson(made)).option('--app <id>', 'the application that it is of; of a server this has to be said'),
      ),
    async (id: string, flags: Flags & { outcome: string; out?: string }, made: Command) => {
      const agreed = await askFirst(made)
      if (agreed.kind !== 'agreed') return agreed
      const { app } = flags
      if (app !== undefined)
        return await withApi(variables, flags, changes, async (ways) => await act(placeOf(ways, app), id, flags))
      if (serverNamedIn(made) !== undefined)
        return misused('say of which application the import is: --app <id>, since a server is named')
      const own = changes ? run.migrated : run.current
      return await own(async (deps) => await withHolder(deps, id, async (place) => await act(place, id, flags)))
    },
  )
}

async function withHolder(deps: Deps, id: string, work: (place: Place) => Promise<Outcome>): Promise<Outcome> {
  const holder = await (await import('./work.ts')).findHolder(deps, id)
  if (holder === undefined) return (await import('../imports.ts')).noImport(id)
  return await withOwn(deps, async (ways) => await work(placeOf(ways, holder)))
}

function addSteps(imports: Command, variables: Variables, run: Runners): void {
  ofImport(imports, variables, run, {
    usage: 'pause',
    does: 'stop loading until it is resumed',
    changes: false,
    act: async (place, id) => await (await import('../imports.ts')).pauseOrCancel(place, id, 'pause'),
  })
  ofImport(imports, variables, run, {
    usage: 'resume',
    does: 'go on loading',
    changes: true,
    act: async (place, id) => await (await import('../imports.ts')).resume(place, id),
  })
  ofImport(imports, variables, run, {
    usage: 'cancel',
    does: 'end an import; what it loaded stays',
    changes: false,
    act: async (place, id) => await (await import('../imports.ts')).pauseOrCancel(place, id, 'cancel'),
  })
  ofImport(imports, variables, run, {
    usage: 'rollback',
    does: 'delete the users whom an import made and nobody has used since',
    build: (made) => asking(made, 'Delete for good the users of import'),
    changes: true,
    act: async (place, id) => await (await import('../imports.ts')).rollback(place, id),
  })
}

function addAnswers(imports: Command, variables: Variables, run: Runners): void {
  declare(imports, variables, {
    usage: 'list',
    operation: 'listImports',
    columns: ['id', 'source', 'status', 'created_at'],
    examples: ['import list --app shop'],
  })
  ofImport(imports, variables, run, {
    usage: 'status',
    does: 'how far an import is',
    changes: false,
    act: async (place, id) => await (await import('../imports.ts')).importStatus(place, id),
  })
  ofImport(imports, variables, run, {
    usage: 'lines',
    does: 'list lines that were not loaded as they stand, for 30 days',
    build: (made) =>
      made
        .option('--outcome <outcome>', 'refused, conflict, skipped, left_out or kept', 'refused')
        .option('--out <file>', 'write them down with their users’ data, to be corrected and imported again'),
    changes: true,
    act: async (place, id, flags) => await (await import('../imports.ts')).importLines(place, id, flags),
  })
  ofImport(imports, variables, run, {
    usage: 'verify',
    does: 'try now whether the test accounts of an import can log in',
    changes: false,
    act: async (place, id) => await (await import('../imports.ts')).verify(place, id),
  })
  ofImport(imports, variables, run, {
    usage: 'report',
    does: 'what came of an import',
    changes: false,
    act: async (place, id) => await (await import('../imports.ts')).importReport(place, id),
  })
}

/** `antiphon export` */
export function addExport(program: Command, { migrated }: Runners): void {
  databaseCommand(
    program,
    'export [file]',
    'write down the users of an application, as `import --from ndjson` takes them',
    (made) =>
      inApp(made)
        .option('--hashes', 'with password hashes')
        .option('--leftovers', 'with what is kept sealed until it can be used'),
    async (file: string | undefined, options: ExportFlags) => {
      const { exportFile } = await import('../export.ts')
      return await migrated((deps) => exportFile(deps, file, options))
    },
  )
}
