import { CommanderError } from 'commander'
import type { Variables } from '../platform/config.ts'
import { commandLine } from './commands.ts'
import { addVariables } from './help.ts'
import type { Io } from './io.ts'
import { EXIT } from './report.ts'

/** Do what the arguments say. What went wrong is told, and ends with the code of its kind. */
export async function run(
  args: readonly string[],
  variables: Variables,
  io: Io,
  programOf = commandLine,
): Promise<void> {
  try {
    const program = programOf(variables, io, args.includes('--json'))
    if (args.some((arg) => ['--help', '-h', 'help'].includes(arg))) {
      addVariables(program, (await import('../platform/config-variables.ts')).VARIABLES)
    }
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Anything else is a bug, or a part of the installation that is missing: `antiphon.js` tells them apart.
    if (!(error instanceof CommanderError)) throw error
    io.end(error.exitCode === 0 ? EXIT.done : EXIT.misused, 'now')
  }
}
