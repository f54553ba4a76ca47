/**
 * Asks whether the tests would notice: `npm run mutate -- <part of a path …> [--most 40] [--seed 1]`.
 *
 * Makes one line of a source wrong at a time, in a copy of the project, and runs the nearest tests on SQLite and PostgreSQL: those of the
 * folder, then those of folders that import it and the races of the same name. Prints the mutants that nobody noticed, and exits with 1 when
 * there is one. Not part of `npm test`: it takes minutes.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/postgres.ts'
import { applyMutant, type Mutant, mutantsOf } from './mutations.ts'

const root = join(import.meta.dirname, '..')
const TIMEOUT_MS = 180_000

interface Target extends Mutant {
  readonly file: string
}

/** A sample that the same seed draws again. */
function sample(targets: readonly Target[], most: number, seed: number): Target[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state
  }
  return targets
    .map((target) => ({ target, rank: next() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ target }) => target)
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}

/** Test files that are near a folder, in rounds: its own first, then those of whoever imports it. */
function nearestTests(folder: string): string[][] {
  const all = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).map((file) =>
    file.replaceAll('\\', '/'),
  )
  const own = all.filter((file) => dirname(file) === folder)
  const importers = globSync('src/**/*.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => readFileSync(join(root, file), 'utf8').includes(`/${basename(folder)}/`))
    .map((file) => dirname(file))
  const near = new Set(importers)
  const behind = all.filter((file) => near.has(dirname(file)) && !own.includes(file))
  const names = [...near, folder].map((path) => basename(path))
  const across = all.filter((file) => /^test\/(races|model|house|mobile)\//.test(file) && !own.includes(file))
  const named = across.filter((file) => names.some((name) => basename(file).startsWith(name)))
  const rest = across.filter((file) => !named.includes(file))
  return [own, [...named, ...behind], rest].filter((round) => round.length > 0)
}

function runTests(copy: string, files: readonly string[], postgres: string): 'green' | 'red' {
  const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=dot', ...files], {
    cwd: copy,
    env: { ...process.env, ANTIPHON_TEST_POSTGRES: postgres, NODE_COMPILE_CACHE: join(copy, '.compiled') },
    stdio: 'ignore',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  return status === 0 ? 'green' : 'red'
}

function isNoticed(copy: string, target: Target, postgres: string): boolean {
  const path = join(copy, target.file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(path, applyMutant(source, target))
  try {
    return nearestTests(dirname(target.file)).some((files) => runTests(copy, files, postgres) === 'red')
  } finally {
    writeFileSync(path, source)
  }
}

/** The project without its history, on the same packages. */
function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'antiphon-mutants-'))
  const left = ['.git', 'node_modules', 'dist', '.antiphon', 'data']
  cpSync(root, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } },
})
const files = globSync('src/**/*.ts', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.(test|fixture)\.ts$/.test(file) && positionals.some((part) => file.includes(part)))
  .sort()
const every = files.flatMap((file) =>
  mutantsOf(readFileSync(join(root, file), 'utf8')).map((one) => ({ ...one, file })),
)
const targets = sample(every, Number(values.most), Number(values.seed))
if (targets.length === 0) {
  console.error('nothing to mutate: name a part of a path under src/')
  process.exit(1)
}

const postgres = await startPostgres()
const copy = copyProject()
const survivors: Target[] = []
try {
  const folders = [...new Set(targets.map(({ file }) => dirname(file)))]
  const red = folders.flatMap(nearestTests).filter((round) => runTests(copy, round, postgres.url) === 'red')
  if (red.length > 0) throw new Error(`red before anything was changed: ${red.flat().join(' ')}`)
  for (const [index, target] of targets.entries()) {
    const noticed = isNoticed(copy, target, postgres.url)
    if (!noticed) survivors.push(target)
    const place = `${target.file}:${target.line}`
    console.log(
      `${index + 1}/${targets.length} ${noticed ? 'noticed' : 'SURVIVED'} ${place}  ${target.before}  →  ${target.after || '(gone)'}`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
  await postgres.stop()
}
console.log(
  `${targets.length - survivors.length} of ${targets.length} mutants noticed (${every.length} possible, seed ${values.seed})`,
)
process.exitCode = survivors.length === 0 ? 0 : 1
