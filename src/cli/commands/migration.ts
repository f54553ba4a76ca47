import { stdin } from 'node:process'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { call, declare } from '../api/declared.ts'
import { fill, operationOf } from '../api/operations.ts'
import { type TargetFlags, withApi, withTarget } from '../api/target.ts'
import { misused } from '../outcome.ts'
import { command, group, inApp, withExamples } from '../program.ts'
import { tellReport, tellStatus, tellTry } from './told-migration.ts'

/** `antiphon migration` */
export function addMigration(program: Command, variables: Variables): void {
  const migration = group(program, 'migration', 'how far a migration is, the proof of it, and a rehearsal')
  declare(migration, variables, {
    usage: 'status',
    operation: 'getMigrationReport',
    does: 'whether the old system can be switched off, and who would notice',
    tell: tellStatus,
    examples: ['migration status --app shop'],
  })
  declare(migration, variables, {
    usage: 'report',
    operation: 'getMigrationReport',
    does: 'the signed report, to be kept: a JWS; with --json what it says, too',
    tell: tellReport,
    examples: ['migration report --app shop'],
  })
  addTry(migration, variables)
}

function addTry(migration: Command, variables: Variables): void {
  const made = command(
    migration,
    'try <token>',
    'what an exchange of a legacy token would do and why, step by step; changes nothing. - reads the token from standard input',
    (one) => withTarget(inApp(one)),
    async (given: string, flags: TargetFlags & { readonly app: string }) => {
      if (given === '-' && flags.key === '-') return misused('standard input holds one of the token and the key')
      const token = given === '-' ? (await text(stdin)).trim() : given
      const operation = operationOf('tryMigration')
      const said = { path: fill(operation, { appID: flags.app }), query: '', body: JSON.stringify({ token }) }
      return await withApi(variables, flags, false, (ways) => call(ways, operation, said, tellTry))
    },
  )
  withExamples(made, 'migration try --app shop -')
}
