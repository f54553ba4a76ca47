import type { Words } from './words.ts'

/** In single quotes, as each of the shells takes it. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

const listed = (words: readonly { readonly word: string }[]) => words.map(({ word }) => word).join(' ')

/** A `case` whose branches are the commands as they are typed. Both shells begin with a path that is empty and add a blank and a word to it. */
const cases = (all: readonly Words[], branch: (words: Words) => string) =>
  all.map((words) => `    ${quoted(words.path === '' ? '' : ` ${words.path}`)}) ${branch(words)} ;;`).join('\n')

const paths = (all: readonly Words[]) => all.flatMap(({ path }) => (path === '' ? [] : [quoted(` ${path}`)])).join('|')

const choices = (all: readonly Words[]) =>
  all
    .flatMap(({ path, choices }) =>
      Object.entries(choices).map(
        ([flag, values]) => `    ${quoted(` ${path} ${flag}`)}) words=${quoted(values.join(' '))} ;;`,
      ),
    )
    .join('\n')

/** For bash 3.2 and later. A word that begins with a dash is a flag; where nothing of ours fits, files are offered. */
export const bash = (all: readonly Words[]): string => `# bash completion of antiphon
_antiphon() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at='' words='' flags='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
    ${paths(all)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${cases(all, ({ commands, values, flags }) => `words=${quoted([listed(commands), ...values].join(' ').trim())} flags=${quoted(listed(flags))}`)}
  esac
  [[ "$cur" == -* ]] && words="$flags"
  case "$at $previous" in
${choices(all)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _antiphon antiphon`

/** Names with what they mean, as \`_describe\` wants them. */
const described = (words: readonly { readonly word: string; readonly description: string }[]) =>
  words.map(({ word, description }) => quoted(`${word.replaceAll(':', '\\:')}:${description}`)).join(' ')

export const zsh = (all: readonly Words[]): string => `#compdef antiphon
_antiphon() {
  local at='' i
  local -a found flags
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
    ${paths(all)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at" in
${cases(all, ({ commands, values, flags }) => `found=(${[described(commands), ...values.map(quoted)].join(' ').trim()}) flags=(${described(flags)})`)}
  esac
  case "$at \${words[CURRENT-1]}" in
${choices(all).replaceAll(/words='([^']*)'/g, 'compadd -- $1; return')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then _describe 'flag' flags
  elif (( \${#found} )); then _describe 'command' found
  else _files
  fi
}
if [[ "$funcstack[1]" == _antiphon ]]; then _antiphon "$@"; else compdef _antiphon antiphon; fi`

/** What fish is to offer where the words before are those of the path. */
function fishLines({ path, commands, values, flags, choices }: Words): string[] {
  const where = `-n ${quoted(`__antiphon_at "${path}"`)}`
  const line = (rest: string, description = '') =>
    `complete -c antiphon ${where} ${rest}${description === '' ? '' : ` -d ${quoted(description)}`}`
  return [
    ...commands.map(({ word, description }) => line(`-f -a ${quoted(word)}`, description)),
    ...values.map((value) => line(`-f -a ${quoted(value)}`)),
    ...flags.map(({ word, description }) => {
      const few = choices[word]
      return line(`-l ${word.slice(2)}${few ? ` -x -a ${quoted(few.join(' '))}` : ''}`, description)
    }),
  ]
}

export const fish = (all: readonly Words[]): string => `# fish completion of antiphon
function __antiphon_at
  set -l at
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    contains -- $next ${all.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ')}; and set at $next
  end
  test "$at" = "$argv[1]"
end
${all.flatMap(fishLines).join('\n')}`
