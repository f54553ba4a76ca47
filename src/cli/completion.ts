import { Argument, type Command } from 'commander'
import { bash, fish, zsh } from './completion/scripts.ts'
import { wordsOf } from './completion/words.ts'
import type { Io } from './io.ts'
import { command, withExamples } from './program.ts'

const SCRIPTS = { bash, zsh, fish }

/** `antiphon completion`: a script that the shell reads at its start. */
export function addCompletion(program: Command, io: Io): void {
  const made = command(
    program,
    'completion',
    'print what makes a shell complete commands and flags',
    (made) => made.addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS))),
    async (shell: keyof typeof SCRIPTS) => {
      io.out(SCRIPTS[shell](wordsOf(program)))
      return { kind: 'said' }
    },
  )
  withExamples(
    made,
    'completion bash > ~/.local/share/bash-completion/completions/antiphon',
    'completion zsh > ~/.zfunc/_antiphon',
    'completion fish > ~/.config/fish/completions/antiphon.fish',
  )
}
