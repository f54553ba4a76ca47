import type { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import type { Variables } from '../platform/config.ts'
import { addApi } from './api/command.ts'
import { addApps } from './commands/apps.ts'
import { addAudit } from './commands/audit.ts'
import { addConfig } from './commands/config.ts'
import { addEvents } from './commands/events.ts'
import { addInstance } from './commands/instance.ts'
import { addJobs } from './commands/jobs.ts'
import { addKeys } from './commands/keys.ts'
import { addMigration } from './commands/migration.ts'
import { addOfApp } from './commands/of-app.ts'
import { addOperators } from './commands/operators.ts'
import { addSaml } from './commands/saml.ts'
import { addServer } from './commands/server.ts'
import { addStatistics } from './commands/statistics.ts'
import { addUsers } from './commands/users.ts'
import { addCompletion } from './completion.ts'
import { addHelp } from './help.ts'
import { addExport, addImport } from './import/commands.ts'
import type { Io } from './io.ts'
import { command, newProgram, plain, runners } from './program.ts'
import { addWebhooks } from './webhooks/commands.ts'

/** The whole command line. Every command loads what it needs when it runs: `--help` opens no driver, `serve` no list of public suffixes. */
export function commandLine(variables: Variables, io: Io, json = false): Command {
  const program = newProgram(io, json, variables)
    .description('Authentication and session server that answers the Prelude Auth API')
    .version(manifest.version, '-v, --version', 'tell the version')
  const run = runners(variables)
  addServer(program, variables)
  addApps(program, variables)
  addKeys(program, variables, run)
  addAudit(program, variables, run)
  addOperators(program, variables, run)
  addInstance(program, variables)
  addUsers(program, variables)
  addOfApp(program, variables)
  addConfig(program, variables)
  addMigration(program, variables)
  addSaml(program, variables)
  addEvents(program, variables)
  addStatistics(program, variables)
  addJobs(program, run)
  addImport(program, variables, run)
  addExport(program, run)
  addWebhooks(program, variables)
  addApi(program, variables)
  addCompletion(program, io)
  command(program, 'version', 'tell the version', plain, async () => {
    io.out(manifest.version)
    return { kind: 'said' }
  })
  addHelp(program)
  return program
}
