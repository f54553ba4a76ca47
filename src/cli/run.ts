import { CommanderError } from 'commander'
import type { Variables } from '../platform/config.ts'
import { commandLine } from './commands.ts'
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
    await programOf(variables, io, args.includes('--json')).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return io.end(error.exitCode === 0 ? EXIT.done : EXIT.misused, 'now')
    io.err(String((error as Error).stack ?? error))
    io.end(EXIT.bug, 'now')
  }
}
