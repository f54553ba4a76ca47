import type { Command } from 'commander'
import type { Variables } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { type Outcome, printable } from './outcome.ts'

type Flags = { json?: boolean }

/** Print what came of a command and set the exit code. */
function report(outcome: Outcome, { json }: Flags): void {
  if (outcome.kind === 'done') {
    console.log(printable(json ? JSON.stringify(outcome.json) : outcome.plain))
    process.exitCode = outcome.failed ? 1 : 0
  } else if (outcome.kind === 'refused') {
    console.error(printable(`antiphon: ${outcome.reason}`))
    process.exit(1)
  } else if (outcome.kind === 'misconfigured') {
    for (const fault of outcome.faults) console.error(fault)
    process.exit(2)
  }
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
  return made.action(async (...args: unknown[]) => report(await action(...(args as A)), made.opts()))
}

export const plain = (made: Command) => made
export const withJson = (made: Command) => made.option('--json', 'print JSON')
export const inApp = (made: Command) => withJson(made).requiredOption('--app <id>', 'the application')

/** How commands run on the database that the variables name: its schema is current, or is made so first. */
export const runners = (variables: Variables) => ({
  current: async (work: (deps: Deps) => Promise<Outcome>) =>
    (await import('./process.ts')).withCurrentSchema(variables, ({ deps }) => work(deps)),
  migrated: async (work: (deps: Deps) => Promise<Outcome>) =>
    (await import('./process.ts')).withMigratedSchema(variables, ({ deps }) => work(deps)),
})

export type Runners = ReturnType<typeof runners>
