import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { withImportFlags } from '../../src/cli/import/commands.ts'
import type { ImportFlags } from '../../src/cli/import/flags.ts'

/** The code blocks of a page in one language, its words after the name included. */
export const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

/** A section of a page, by the beginning of its heading. */
export const sectionOf = (text: string, heading: string): string =>
  text.split(/^## /m).find((section) => section.startsWith(heading)) ?? assert.fail(`there is no section ${heading}`)

export type Statement =
  | { readonly kind: 'import'; readonly paths: readonly string[]; readonly flags: ImportFlags }
  | { readonly kind: 'write'; readonly path: string; readonly content: string }
  | { readonly kind: 'configure'; readonly config: Readonly<Record<string, unknown>> }

/** The flags of `import`, as the command itself names them. */
export const FLAGS: ReadonlySet<string> = new Set(withImportFlags(new Command()).options.map(({ long }) => long ?? ''))

const CONFIGURE = /^manage -X PUT \$APP\/config\/migration -d '([^']*)'\n/
const WRITE = /^cat > (\S+) <<'END'\n([\s\S]*?\n)END\n/
const IMPORT = /^antiphon import ((?:.*\\\n)*.*)\n/

/** What the commands of a page about one legacy system are: there are two, besides files that are written, and no others are understood. */
export function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = []
  for (let shell = blocksOf(text, 'sh').join(''); shell !== ''; ) {
    const [configure, config] = CONFIGURE.exec(shell) ?? []
    const [run, words] = IMPORT.exec(shell) ?? []
    const [write, path, content = ''] = WRITE.exec(shell) ?? []
    if (config !== undefined) statements.push({ kind: 'configure', config: JSON.parse(config) })
    else if (words !== undefined) statements.push({ kind: 'import', ...readImport(words) })
    else if (path !== undefined) statements.push({ kind: 'write', path, content })
    shell = shell.slice((configure ?? run ?? write ?? assert.fail(`not understood: ${shell}`)).length)
  }
  return statements
}

/** As the command itself reads its words. Throws at a flag that is not there. */
function readImport(text: string): { paths: string[]; flags: ImportFlags } {
  const command = withImportFlags(new Command('import').argument('<files...>')).exitOverride()
  command.parse(text.replaceAll('\\\n', ' ').trim().split(/\s+/), { from: 'user' })
  return { paths: command.args, flags: command.opts<ImportFlags>() }
}

/** The files that an import reads. */
export const filesOf = (paths: readonly string[], { hashes, join: joins = [], firebaseHash }: ImportFlags): string[] =>
  [...paths, hashes, ...joins.map((joined) => joined.replace(/^.*?=/, '')), firebaseHash].filter(
    (path) => path !== undefined,
  )

/** Programs that vendors' blocks call. They say nothing here; two write to files that they name themselves. */
const VENDORS = ['aws', 'curl', 'jq', 'kc.sh', 'mysql', 'python', 'slapcat']
const WRITERS = [
  'firebase() { : > "$2"; }',
  `psql() { local q="'" text="$*"; case "$text" in *" to $q"*) text=\${text##* to $q}; : > "\${text%%$q*}" ;; esac; }`,
]
const TOOLS = ['cat', 'sed', 'seq', 'tr']

/** Run blocks that are meant for a vendor's programs, each in a folder of its own, so that the files are made which they are redirected to. Nothing else can be called. */
export function runVendors(blocks: ReadonlyMap<string, string>, tools: string): void {
  mkdirSync(tools)
  const { stdout } = spawnSync('bash', ['-c', `type -P ${TOOLS.join(' ')}`], { encoding: 'utf8' })
  for (const path of stdout.trim().split('\n')) symlinkSync(path, join(tools, path.replace(/.*\//, '')))
  const script = [
    `PATH=${tools}`,
    ...VENDORS.map((program) => `${program}() { :; }`),
    ...WRITERS,
    'command_not_found_handle() { echo "$1 is not known" >> "$TOOLS/unknown"; }',
    ...[...blocks].map(([folder, block]) => `(cd '${folder}'\n${block}\n)`),
    '[ ! -e "$TOOLS/unknown" ] || { cat "$TOOLS/unknown"; exit 1; }',
  ]
  const ran = spawnSync('bash', ['-c', script.join('\n')], { encoding: 'utf8', env: { TOOLS: tools } })
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
}
