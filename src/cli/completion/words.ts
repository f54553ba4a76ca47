import type { Command } from 'commander'

/** What may follow a command. */
export interface Words {
  /** As it is typed: `apps create`; empty for `antiphon` alone. */
  readonly path: string
  readonly commands: readonly Word[]
  readonly flags: readonly Word[]
  /** Values of an argument that takes one of a few. */
  readonly values: readonly string[]
  /** By flag, where it takes one of a few. */
  readonly choices: Readonly<Record<string, readonly string[]>>
}

interface Word {
  readonly word: string
  readonly description: string
}

/** Every command, the program first. */
export const wordsOf = (program: Command): Words[] => collect(program, '')

function collect(made: Command, path: string): Words[] {
  const { commands, registeredArguments } = made
  const options = made.options.filter(({ hidden }) => !hidden)
  const help = { word: '--help', description: 'tell how it is used' }
  const flags = options.map((option) => ({ word: option.long ?? '', description: option.description }))
  const own: Words = {
    path,
    commands: commands.map((one) => ({ word: one.name(), description: one.description() })),
    flags: [...flags, help],
    values: registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    choices: Object.fromEntries(
      options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices]] : [])),
    ),
  }
  return [own, ...commands.flatMap((one) => collect(one, `${path} ${one.name()}`.trim()))]
}
