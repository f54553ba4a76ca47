import { Command, Option } from 'commander'
import type { Variables } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import type { Io } from './io.ts'
import { misused, type Outcome, printable, refused } from './outcome.ts'
import { report, tell } from './report.ts'

interface Surroundings {
  readonly io: Io
  readonly variables: Variables
}

const surroundings = new WeakMap<Command, Surroundings>()

/** A program without commands yet, whose own errors are told as those of its commands are. */
export function newProgram(io: Io, json: boolean, variables: Variables = {}): Command {
  const program = new Command('antiphon')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: (text) => tell(io, { kind: 'usage', message: sentenceOf(text) }, json),
    })
    // `import` has flags of its own besides those of its commands.
    .enablePositionalOptions()
  surroundings.set(program, { io, variables })
  return program
}

/** What commander says of a mistake, on one line and in our words. */
const sentenceOf = (text: string) =>
  text
    .replace(/^error: /, '')
    .trimEnd()
    .replaceAll('\n', ' ')

const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command)

const aroundOf = (made: Command): Surroundings => surroundings.get(rootOf(made)) as Surroundings

/** Who runs the program that a command is of. */
export const ioOf = (made: Command): Io => aroundOf(made).io

/** Ask before what cannot be undone. Where nobody is there to be asked, it is refused. */
export async function consent(
  io: Io,
  question: string,
  isSure: boolean,
): Promise<{ readonly kind: 'agreed' } | ReturnType<typeof refused>> {
  if (isSure) return { kind: 'agreed' }
  const answer = await io.ask(printable(`${question}? [y/N] `))
  if (answer === undefined) return refused(`${question}: nobody is here to be asked; say --yes`)
  return /^y(es)?$/i.test(answer.trim()) ? { kind: 'agreed' } : refused('nothing was done')
}

/** Add a command. What its action answers is reported. */
export function command<A extends unknown[]>(
  parent: Command,
  usage: string,
  description: string,
  build: (command: Command) => Command,
  action: (...args: A) => Promise<Outcome>,
): Command {
  const made = build(parent.command(usage).description(description))
  return made.action(async (...args: unknown[]) => {
    report(ioOf(made), await action(...(args as A)), made.opts())
  })
}

/** Add a command that works on the database alone. Where a server is named, it says so and does nothing: what was meant for one does not happen to another. */
export function databaseCommand<A extends unknown[]>(
  parent: Command,
  usage: string,
  description: string,
  build: (command: Command) => Command,
  action: (...args: A) => Promise<Outcome>,
): Command {
  const made: Command = command(
    parent,
    usage,
    description,
    (one) => build(one.addOption(new Option('--url <url>').hideHelp())),
    async (...args: A) => {
      const named = namesServer(made)
      if (named !== undefined) return misused(`${pathOf(made)} ${onlyDatabase(named)}`)
      const agreed = await askFirst(made)
      return agreed.kind === 'agreed' ? await action(...args) : agreed
    },
  )
  return made
}

const questions = new WeakMap<Command, string>()

/** Of what cannot be undone: `question` is asked before, with the arguments behind it. */
export function asking(made: Command, question: string): Command {
  questions.set(made, question)
  return made.option('--yes', 'do not ask')
}

export async function askFirst(made: Command) {
  const question = questions.get(made)
  if (question === undefined) return { kind: 'agreed' } as const
  return await consent(
    ioOf(made),
    `${question} ${made.args.join(' ')}`.trim(),
    made.opts<{ yes?: true }>().yes === true,
  )
}

/** By what a server is named, if one is. */
export const namesServer = (made: Command): '--url' | 'ANTIPHON_URL' | undefined => {
  if (made.opts<{ url?: string }>().url !== undefined) return '--url'
  return aroundOf(made).variables.ANTIPHON_URL ? 'ANTIPHON_URL' : undefined
}

export const onlyDatabase = (named: string) =>
  `works on the database alone: run it where the database can be reached, with ANTIPHON_DATABASE_URL and without ${named}`

/** As it is typed behind `antiphon`. */
const pathOf = (made: Command): string => (made.parent?.parent ? `${pathOf(made.parent)} ${made.name()}` : made.name())

/** A group of commands, named by the noun that they are about. */
export const group = (program: Command, name: string, description: string): Command =>
  program.command(name).description(description)

/** Show how a command is used; each line is one use, without `antiphon` before it. */
export const withExamples = (made: Command, ...lines: readonly string[]): Command =>
  made.addHelpText('after', `\nExamples:\n${lines.map((line) => `  antiphon ${line}`).join('\n')}`)

export const plain = (made: Command) => made
export const withJson = (made: Command) => made.option('--json', 'print JSON, errors too')
export const inApp = (made: Command) => withJson(made).requiredOption('--app <id>', 'the application')

/** How commands run on the database that the variables name: its schema is current, or is made so first. */
export const runners = (variables: Variables) => ({
  current: async (work: (deps: Deps) => Promise<Outcome>) =>
    (await import('./process.ts')).withCurrentSchema(variables, ({ deps }) => work(deps)),
  migrated: async (work: (deps: Deps) => Promise<Outcome>) =>
    (await import('./process.ts')).withMigratedSchema(variables, ({ deps }) => work(deps)),
})

export type Runners = ReturnType<typeof runners>
