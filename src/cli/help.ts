import type { Command } from 'commander'
import { wordsOf } from './completion/words.ts'
import { EXAMPLES } from './examples.ts'
import { withExamples } from './program.ts'

const OF_DATABASE = `
Variables:
  ANTIPHON_DATABASE_URL, ANTIPHON_MASTER_KEY … say which database: see antiphon serve --help`

const OF_TARGET = `
Variables:
  ANTIPHON_URL, ANTIPHON_MANAGEMENT_KEY, ANTIPHON_CA_FILE stand for --url, --key and --cacert
  ANTIPHON_DATABASE_URL, ANTIPHON_MASTER_KEY … say which database, where no server is named: see antiphon serve --help`

/** What reads no variable. */
const ALONE = ['completion', 'version', 'openapi', 'serve', 'dev']

/** Every command without commands of its own, by the words that it is typed with. */
export function leavesOf(program: Command): Map<string, Command> {
  const paths = wordsOf(program).map(({ path }) => path)
  const found = paths.map((path) => [path, findCommand(program, path)] as const)
  return new Map(found.filter(([path, made]) => path !== '' && (made.commands.length === 0 || path === 'import')))
}

const urlOf = (made: Command) => made.options.find(({ long }) => long === '--url')

/** Whether a command works by the management API: of a server, or over the database of its own. */
export const isOfApi = (made: Command): boolean => urlOf(made)?.hidden === false

/** Whether it works on the database alone. */
export const isOfDatabase = (made: Command): boolean => urlOf(made)?.hidden === true

const findCommand = (program: Command, path: string): Command =>
  path.split(' ').reduce((made, name) => made.commands.find((one) => one.name() === name) ?? made, program)

/** Show with each command how it is used, and which variables it reads. */
export function addHelp(program: Command): void {
  for (const [path, made] of leavesOf(program)) {
    const examples = EXAMPLES[path]
    if (examples) withExamples(made, ...examples)
    const isRemote = isOfApi(made)
    if (!ALONE.includes(path)) made.addHelpText('after', isRemote ? OF_TARGET : OF_DATABASE)
  }
}

/** Show all variables with `serve`. They are read from a module that nobody loads to parse a command. */
export function addVariables(
  program: Command,
  all: readonly (readonly [name: string, fallback: string, meaning: string])[],
): void {
  const lines = all.map(([name, fallback, meaning]) => `  ${name}  (${fallback})\n      ${meaning}`)
  findCommand(program, 'serve').addHelpText(
    'after',
    `\nVariables, each also as …_FILE, and what they are by default:\n${lines.join('\n')}`,
  )
}
