import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ImportFlags } from '../src/cli/import/flags.ts'
import { SOURCES } from '../src/cli/import/sources.ts'
import { importFiles } from '../src/cli/import.ts'
import { application } from './builders.ts'
import { COMMAND } from './command.ts'
import { configure } from './house/legacy.ts'
import { world } from './world.ts'

const pages = join(import.meta.dirname, '../docs/guide/from')
const folder = mkdtempSync(join(tmpdir(), 'antiphon-from-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const blocksOf = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

/** Write the files that a shell would make of here-documents; answers what is left, the commands. */
const writeFiles = (shell: string, into: string): string =>
  shell.replace(/^cat > (\S+) <<'END'\n([\s\S]*?)^END\n/gm, (_, name: string, content: string) => {
    writeFileSync(join(into, name), content)
    return ''
  })

/** The flags of `import` as the command itself names them, and whether each takes a value. */
function knownFlags(): ReadonlyMap<string, boolean> {
  const { stdout } = spawnSync(process.execPath, [COMMAND, 'import', '--help'], { encoding: 'utf8' })
  return new Map(
    [...stdout.matchAll(/^ {2}--([a-z-]+)( <)?/gm)].map(([, name = '', value]) => [name, value !== undefined]),
  )
}

/** `antiphon import --app shop --from …` as the command would read it. */
function readCommand(command: string, known: ReadonlyMap<string, boolean>): { paths: string[]; flags: ImportFlags } {
  const [name, step, ...words] = command.replaceAll('\\\n', ' ').trim().split(/\s+/)
  assert.deepEqual([name, step], ['antiphon', 'import'])
  const [paths, joins, flags]: [string[], string[], Record<string, unknown>] = [[], [], {}]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('--')) paths.push(word)
    else {
      const flag = word.slice(2)
      assert.ok(known.has(flag), `there is no flag ${word}`)
      const value = known.get(flag) ? words.shift() : true
      if (flag === 'join') joins.push(String(value))
      else flags[flag.replace(/-./g, ([, letter = '']) => letter.toUpperCase())] = value
    }
  }
  return { paths, flags: { ...flags, ...(joins.length > 0 && { join: joins }) } }
}

const quiet = { show() {}, isInterrupted: () => false, close() {} }

test('each system that can be read has a page, whose command brings the users of its example, with passwords that work', async (t) => {
  const known = knownFlags()
  const w = await world('sqlite')
  assert.deepEqual(readdirSync(pages).sort(), SOURCES.map(({ name }) => `${name}.md`).sort())
  const listed = readFileSync(join(pages, '../move-from.md'), 'utf8')
  for (const { name } of SOURCES) {
    await t.test(name, async () => {
      assert.match(listed, new RegExp(`\\(from/${name}\\.md\\) \\| \`${name}\` \\|`))
      const text = readFileSync(join(pages, `${name}.md`), 'utf8')
      const place = join(folder, name)
      mkdirSync(place)
      const { paths, flags } = readCommand(writeFiles(blocksOf(text, 'sh').join(''), place), known)
      assert.deepEqual([flags.app, flags.from], ['shop', name])
      const app = await application(w)
      process.chdir(place)
      const outcome = await importFiles(w.deps, paths, { ...flags, app: app.id }, quiet)
      assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
      const { json, failed } = outcome as Extract<typeof outcome, { kind: 'done' }>
      const { outcomes, canaries } = json as { outcomes: { created: number }; canaries: { outcome: string }[] }
      assert.deepEqual([failed, outcomes.created], [false, 1], JSON.stringify(json))
      assert.deepEqual(
        canaries.map(({ outcome }) => outcome),
        flags.canaries === undefined ? [] : ['ok'],
      )
      for (const config of blocksOf(text, 'json')) await configure(app, JSON.parse(config))
    })
  }
})

test('the pages name no flag that is not there', () => {
  const known = knownFlags()
  const guide = join(pages, '..')
  const texts = [
    ...readdirSync(pages).map((page) => join(pages, page)),
    join(guide, 'move-from.md'),
    join(guide, 'bulk-import.md'),
  ]
  for (const path of texts) {
    const named = [...readFileSync(path, 'utf8').matchAll(/`[^`\n]*?--([a-z][a-z-]+)[^`\n]*`/g)].map(
      ([, flag = '']) => flag,
    )
    for (const flag of named) assert.ok(known.has(flag) || OF_OTHERS.includes(flag), `${path}: --${flag}`)
  }
})

/** Flags of other commands, and of other programs. */
const OF_OTHERS = ['out', 'outcome', 'hashes', 'users', 'leftovers', 'data-only']
