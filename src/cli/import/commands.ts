import type { Command } from 'commander'
import type { ExportFlags } from '../export.ts'
import { asking, databaseCommand, inApp, type Runners, withJson } from '../program.ts'
import type { ImportFlags } from './flags.ts'

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

const addTo = (parent: Command, { migrated }: Runners) =>
  databaseCommand(
    parent,
    'import [files...]',
    'bring users over by file, from a legacy system or another application',
    withImportFlags,
    async (files: string[], options: ImportFlags) => {
      const { importFiles } = await import('../import.ts')
      return await migrated((deps) => importFiles(deps, files, options))
    },
  )

/** `antiphon import`, also as `users import`, and what can be done about an import. */
export function addImport(program: Command, run: Runners): void {
  const imports = addTo(program, run)
  const users = program.commands.find((one) => one.name() === 'users')
  if (users) addTo(users, run)
  addSteps(imports, run)
  addAnswers(imports, run)
}

function addSteps(imports: Command, { current, migrated }: Runners): void {
  databaseCommand(imports, 'pause <import_id>', 'stop loading until it is resumed', withJson, async (id: string) => {
    const { pauseOrCancel } = await import('../imports.ts')
    return await current((deps) => pauseOrCancel(deps, id, 'pause'))
  })

  databaseCommand(imports, 'resume <import_id>', 'go on loading', withJson, async (id: string) => {
    const { resume } = await import('../imports.ts')
    return await migrated((deps) => resume(deps, id))
  })

  databaseCommand(
    imports,
    'cancel <import_id>',
    'end an import; what it loaded stays',
    withJson,
    async (id: string) => {
      const { pauseOrCancel } = await import('../imports.ts')
      return await current((deps) => pauseOrCancel(deps, id, 'cancel'))
    },
  )

  databaseCommand(
    imports,
    'rollback <import_id>',
    'delete the users whom an import made and nobody has used since',
    (made) => asking(withJson(made), 'Delete for good the users of import'),
    async (id: string) => {
      const { rollback } = await import('../imports.ts')
      return await migrated((deps) => rollback(deps, id))
    },
  )
}

function addAnswers(imports: Command, { current, migrated }: Runners): void {
  databaseCommand(imports, 'status <import_id>', 'how far an import is', withJson, async (id: string) => {
    const { importStatus } = await import('../imports.ts')
    return await current((deps) => importStatus(deps, id))
  })

  databaseCommand(
    imports,
    'lines <import_id>',
    'list lines that were not loaded as they stand, for 30 days',
    (made) =>
      withJson(made)
        .option('--outcome <outcome>', 'refused, conflict, skipped, left_out or kept', 'refused')
        .option('--out <file>', 'write them down with their users’ data, to be corrected and imported again'),
    async (id: string, options: { outcome: string; out?: string }) => {
      const { importLines } = await import('../imports.ts')
      return await migrated((deps) => importLines(deps, id, options))
    },
  )

  databaseCommand(
    imports,
    'verify <import_id>',
    'try now whether the test accounts of an import can log in',
    withJson,
    async (id: string) => {
      const { verify } = await import('../imports.ts')
      return await current((deps) => verify(deps, id))
    },
  )

  databaseCommand(imports, 'report <import_id>', 'what came of an import', withJson, async (id: string) => {
    const { importReport } = await import('../imports.ts')
    return await current((deps) => importReport(deps, id))
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
