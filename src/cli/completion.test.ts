import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLine } from './commands.ts'
import { bash, fish, zsh } from './completion/scripts.ts'
import { wordsOf } from './completion/words.ts'
import { typed } from './io.fixture.ts'

const words = wordsOf(commandLine({}, typed()))
const folder = mkdtempSync(join(tmpdir(), 'antiphon-completion-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** What somebody may have typed, and some of what is offered and what is not. */
const CASES = [
  { typed: '', offered: ['serve', 'users', 'completion'], withheld: ['--json', 'create'] },
  { typed: 'ap', offered: ['apps'], withheld: ['serve'] },
  { typed: 'apps ', offered: ['create', 'list', 'delete'], withheld: ['serve'] },
  { typed: 'apps create shop --', offered: ['--name', '--mode', '--help'], withheld: ['--app'] },
  { typed: 'apps create --mode ', offered: ['dev', 'prod'], withheld: ['create'] },
  { typed: 'completion ', offered: ['bash', 'zsh', 'fish'], withheld: ['serve'] },
]

function judge(offers: readonly string[][]) {
  CASES.forEach(({ typed, offered, withheld }, i) => {
    const got = offers[i] ?? []
    for (const word of offered) assert.ok(got.includes(word), `${typed}: ${word} is not among ${got}`)
    for (const word of withheld) assert.ok(!got.includes(word), `${typed}: ${word} is among ${got}`)
  })
}

const linesOf = (text: string) => text.split('\n===\n').map((part) => part.split('\n').filter((line) => line !== ''))

test('bash completes commands, flags and their values', () => {
  const script = file('antiphon.bash', bash(words))
  const tries = CASES.map(({ typed }) => {
    const all = ['antiphon', ...typed.split(' ')]
    return `COMP_WORDS=(${all.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${all.length - 1}; _antiphon; printf '%s\\n' "\${COMPREPLY[@]}"; echo; echo "==="`
  })
  const runner = file('try.bash', `source '${script}'\n${tries.join('\n')}\n`)
  judge(linesOf(execFileSync('bash', ['--norc', '-u', runner], { encoding: 'utf8' })))
})

const isHere = (shell: string) => {
  try {
    execFileSync(shell, ['-c', 'true'])
    return true
  } catch {
    return false
  }
}

test('fish does, too', { skip: !isHere('fish') && 'there is no fish here' }, () => {
  const script = file('antiphon.fish', fish(words))
  const tries = CASES.map(
    ({ typed }) => `complete -C 'antiphon ${typed}' | string replace -r '\\t.*' ''; echo; echo "==="`,
  )
  const runner = file('try.fish', `source '${script}'\n${tries.join('\n')}\n`)
  judge(linesOf(execFileSync('fish', ['--no-config', runner], { encoding: 'utf8' })))
})

test('zsh does, too', { skip: !isHere('zsh') && 'there is no zsh here' }, () => {
  const script = file('_antiphon', zsh(words))
  // What completes is taken in the place of the functions that only work while somebody types.
  const stubs = `compdef() { :; }; _files() { :; }; compadd() { shift; print -l -- "$@"; }
    _describe() { local name=$2; print -l -- \${(M)\${\${(P)name}%%:*}:#\${words[CURRENT]}*}; }`
  const tries = CASES.map(({ typed }) => {
    const all = ['antiphon', ...typed.split(' ')]
    return `words=(${all.map((word) => `'${word}'`).join(' ')}); CURRENT=${all.length}; _antiphon; echo; echo "==="`
  })
  const runner = file('try.zsh', `${stubs}\nsource '${script}'\n${tries.join('\n')}\n`)
  judge(linesOf(execFileSync('zsh', ['-f', runner], { encoding: 'utf8' })))
})
