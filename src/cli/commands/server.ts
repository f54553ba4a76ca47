import { Argument, type Command, Option } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { command, databaseCommand, withJson } from '../program.ts'
import type { RestoreFlags } from '../restore.ts'

/** With which `dev` serves from a folder. */
async function variablesOf(variables: Variables, folder: string): Promise<Variables> {
  const { devVariables } = await import('../dev-variables.ts')
  return devVariables(variables, (await import('../dev-folder.ts')).devFolder(folder))
}

/** The server itself, its database, and what is said of it. */
export function addServer(program: Command, variables: Variables): void {
  command(
    program,
    'serve',
    'migrate the database, listen, run jobs; configured by ANTIPHON_… variables',
    (made) =>
      made.option(
        '--processes <n|auto>',
        'so many processes share the address, auto: one for each processor; with PostgreSQL',
      ),
    async ({ processes }: { processes?: string }) => (await import('../serve/begin.ts')).begin(variables, processes),
  )

  command(
    program,
    'dev',
    'the same without any configuration, with TLS, an application "demo" and its pages; not for production',
    (made) => made.option('--data <folder>', 'where everything is kept', '.antiphon'),
    async (options: { data: string }) => (await import('../dev.ts')).dev(variables, options.data),
  )

  command(
    program,
    'health',
    'ask the server of the same variables whether it is ready; exits with 1 where it is not',
    withJson,
    async () => (await import('../health.ts')).health(variables),
  )

  databaseCommand(program, 'migrate', 'bring the schema of the database up to date', withJson, async () =>
    (await import('../serve.ts')).migrate(variables),
  )

  databaseCommand(
    program,
    'backup <file>',
    'copy the whole database while a server serves from it; of a PostgreSQL say what does',
    withJson,
    async (file: string) => (await import('../backup.ts')).backup(variables, file),
  )

  databaseCommand(
    program,
    'restore <source>',
    'put a backup, which is checked first, in the place of the database',
    (made) =>
      withJson(made)
        .option('--check', 'only say what it is worth: a file, or the URL of a PostgreSQL that a dump was brought into')
        .option('--yes', 'also where there is a database, which is put aside'),
    async (source: string, flags: RestoreFlags) => (await import('../restore.ts')).restore(variables, source, flags),
  )

  databaseCommand(
    program,
    'move',
    'move everything into another database, from SQLite to PostgreSQL or back; goes on where it was broken off',
    (made) =>
      withJson(made)
        .addOption(new Option('--to <url>', 'sqlite:<path> or postgres://…, in which there is nothing yet'))
        .addOption(new Option('--undo', 'serve again from a database that was moved').conflicts('to')),
    async ({ to, undo }: { to?: string; undo?: true }) => {
      const { move, undoMove } = await import('../move.ts')
      return undo ? await undoMove(variables) : await move(variables, to)
    },
  )

  command(
    program,
    'openapi',
    'print an OpenAPI document',
    (made) =>
      withJson(made).addArgument(
        new Argument('[api]', 'which API').choices(['frontend', 'management']).default('frontend'),
      ),
    async (api: 'frontend' | 'management') => (await import('../openapi.ts')).printDocument(api),
  )

  databaseCommand(
    program,
    'doctor',
    'look for faults in configuration, database, keys and applications',
    (made) => withJson(made).option('--data <folder>', 'of a development server: .antiphon'),
    async ({ data }: { data?: string }) =>
      (await import('../doctor.ts')).doctor(
        data === undefined ? variables : await variablesOf(variables, data),
        variables,
      ),
  )
}
