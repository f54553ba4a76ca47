import type { Command } from 'commander'
import { commandLine } from '../src/cli/commands.ts'
import { isOfApi, isOfDatabase, leavesOf } from '../src/cli/help.ts'
import { processIo } from '../src/cli/io.ts'

const worksOn = (made: Command): string => {
  if (isOfApi(made)) return 'database or server'
  return isOfDatabase(made) ? 'database' : ''
}

const usageOf = (path: string, made: Command): string => {
  const args = made.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name()
    return one.required ? `<${name}>` : `[${name}]`
  })
  return `\`${[path, ...args].join(' ')}\``
}

/** `docs/commands.md`: every command, what it is for, and what it works on. */
export function commandsPage(
  notice: string,
  table: (heads: readonly string[], rows: readonly (readonly string[])[]) => string,
): string {
  const rows = [...leavesOf(commandLine({}, processIo))]
    .map(([path, made]) => [usageOf(path, made), made.description(), worksOn(made)])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return [
    '# Commands',
    notice,
    'Each as it is typed behind `antiphon`. `antiphon <command> --help` tells its flags and shows how it is used; what all of them have in common is in [the guide](guide/command-line.md). `database or server`: by the management API, of the database that the variables name or, with `--url`, of a server elsewhere. `database`: on the database alone; where a server is named, it refuses.',
    table(['command', 'what it does', 'works on'], rows),
    '',
  ].join('\n\n')
}
