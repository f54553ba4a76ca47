/**
 * Asks whether the tests would notice: `npm run mutate -- <part of a path …> [--most 40] [--seed 1]`.
 *
 * Makes one line of a source wrong at a time, in a copy of the project, and runs the nearest tests: on SQLite those of the folder, or of the one around it, then those of
 * folders that import it, then on PostgreSQL the races of the same names. Prints the mutants that nobody noticed, and exits with 1 when there
 * is one. Not part of `npm test`: it takes minutes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { namesWorld, planBatches, writeBatches } from '../test/batches.ts'
import { startPostgres } from '../test/postgres.ts'
import { applyMutant, type Mutant, mutantsOf } from './mutations.ts'

const root = join(import.meta.dirname, '..')
const TIMEOUT_MS = 240_000

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

/** No mutant is worth more. */
const MOST_FILES = 12

const testsOf = (pattern: string | string[]) =>
  globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()

interface Round {
  readonly files: readonly string[]
  readonly engine: 'sqlite' | 'postgres'
}

/**
 * Test files that are near a source, in rounds: those of its folder, then those of whoever imports it, first those that speak of what it exports;
 * then, on PostgreSQL, the races of the same names.
 */
function nearestTests(source: string): Round[] {
  const folder = dirname(source)
  const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
  const importers = testsOf('src/**/*.ts').filter((file) =>
    textOf(file).includes(`/${basename(folder)}/${basename(source)}'`),
  )
  const near = [...new Set(importers.map((file) => dirname(file)))].filter((path) => path !== folder)
  const exported = [...textOf(source).matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(
    ([, name = '']) => name,
  )
  const speaks = (file: string) => exported.some((name) => textOf(file).includes(name))
  const own = testsOf(`${folder}/*.test.ts`)
  const behind = testsOf(near.map((path) => `${path}/*.test.ts`))
  const nearest = [...behind.filter(speaks), ...behind.filter((file) => !speaks(file))].slice(0, MOST_FILES)
  const names = [...near, folder].map((path) => basename(path))
  const races = testsOf('test/{races,model}/**/*.test.ts').filter((file) =>
    names.some((name) => basename(file).startsWith(name)),
  )
  const rounds: Round[] = [
    { files: own.length > 0 ? own : testsOf(`${dirname(folder)}/*.test.ts`), engine: 'sqlite' },
    { files: nearest, engine: 'sqlite' },
    { files: races, engine: 'postgres' },
  ]
  return rounds.filter(({ files }) => files.length > 0)
}

/** Runs tests as `npm test` does, up to the first that fails. */
async function areRed(copy: string, { files, engine }: Round, postgres: string): Promise<boolean> {
  const folder = mkdtempSync(join(copy, '.batches-'))
  const opensServers = (file: string) => namesWorld(readFileSync(join(copy, file), 'utf8'))
  const tests = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=dot',
      '--test-concurrency=2',
      ...writeBatches(planBatches(files, opensServers), copy, folder),
    ],
    {
      cwd: copy,
      env: {
        ...process.env,
        ...(engine === 'postgres' && { ANTIPHON_TEST_POSTGRES: postgres }),
        NODE_COMPILE_CACHE: join(copy, '.compiled'),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
    },
  )
  tests.stdout.setEncoding('utf8').on('data', (dots: string) => dots.includes('X') && tests.kill())
  const [status] = await once(tests, 'close')
  rmSync(folder, { recursive: true })
  return status !== 0
}

async function isNoticed(copy: string, target: Target, postgres: string): Promise<boolean> {
  const path = join(copy, target.file)
  const source = readFileSync(path, 'utf8')
  for (const round of nearestTests(target.file)) {
    if (!(await isUsable(copy, round, postgres))) continue
    writeFileSync(path, applyMutant(source, target))
    const red = await areRed(copy, round, postgres)
    writeFileSync(path, source)
    if (red) return true
  }
  return false
}

const usable = new Map<string, boolean>()

/** Whether tests are green before anything is changed, tried twice. Those that are not say nothing of a mutant, and are told of once. */
async function isUsable(copy: string, round: Round, postgres: string): Promise<boolean> {
  const known = usable.get(round.files.join())
  if (known !== undefined) return known
  const red = (await areRed(copy, round, postgres)) && (await areRed(copy, round, postgres))
  if (red) console.log(`red before anything was changed: ${round.files.join(' ')}`)
  usable.set(round.files.join(), !red)
  return !red
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
  for (const [index, target] of targets.entries()) {
    const noticed = await isNoticed(copy, target, postgres.url)
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
