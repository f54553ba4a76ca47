/**
 * Runs the tests: `node test/run.ts [--sqlite] [--slow] [node's --test-… flags] [part of a file's path …]`.
 *
 * Files share processes, see `batches.ts`. Starts one PostgreSQL for all of them, at `ANTIPHON_TEST_POSTGRES`; with `--sqlite` none, and the browser, races and
 * crashes are left out. Exits with the tests' status, 1 when no test ran, 130 when interrupted. `--slow` says at the end which
 * files took most processor time. Without any argument it also sees to it that every declared failure was answered to some test, and exits with 1 when one was not.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { namesWorld, planBatches, writeBatches } from './batches.ts'
import { startPostgres } from './postgres.ts'

const root = join(import.meta.dirname, '..')
const patterns = [
  'src/**/*.test.ts',
  'test/**/*.test.ts',
  'scripts/**/*.test.ts',
  'bench/**/*.test.ts',
  'demo/**/*.test.ts',
  'console/test/**/*.test.ts',
]
const beside = (file: string) => pathToFileURL(join(import.meta.dirname, file)).href
/** Where Node keeps what it compiled, from one run to the next. */
const COMPILED = join(root, 'node_modules/.cache/antiphon-tests')
const RELEASE = join(COMPILED, 'release/antiphon.js')
/** Tests that run the command. */
const ofCommand = ['test/cli/', 'test/crash/', 'test/docs']
/** A file system in memory; on Linux there is one. */
const MEMORY = '/dev/shm'
/** Room for the databases that tests have open at a time. */
const ROOM_BYTES = 4 * 2 ** 30
/** Where databases are: in memory files are made and flushed at once. */
const databases = hasRoom(MEMORY) ? MEMORY : tmpdir()
/** Run by `test/docs.test.ts`, on the folder that the guides leave. */
const ofOthers = ['test/browser/demo.test.ts']
const notOnSqlite = ['test/browser/', 'test/races/', 'test/crash/']

const words = process.argv.slice(2)
const sqlite = words.includes('--sqlite')
const slow = words.includes('--slow')
const flags = words.filter((word) => word.startsWith('-') && word !== '--sqlite' && word !== '--slow')
const parts = words.filter((word) => !word.startsWith('-'))
/** Whoever runs some tests alone looks for something: there errors nobody caught have the name of their test. */
const untracked = words.length === 0 ? ['--import', beside('untracked.ts')] : []
const counted = slow ? ['--import', beside('cpu.ts')] : []
const reporters = ['spec', beside(slow ? 'slowest.ts' : 'kinds.ts')].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
])

const files = globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
  .filter((file) => words.length > 0 || !ofOthers.includes(file))
  .filter((file) => !sqlite || !notOnSqlite.some((folder) => file.startsWith(folder)))
  .sort()

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= ROOM_BYTES
}

/** Runs `node --test` and returns its exit status, or 1 when no test ran. */
async function runTests(environment: NodeJS.ProcessEnv, interrupted: AbortSignal): Promise<number> {
  const concurrency = Math.max(3, availableParallelism() - 1)
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-batches-'))
  const sqliteFolder = mkdtempSync(join(databases, 'antiphon-databases-'))
  const batches = writeBatches(
    planBatches(files, (file) => namesWorld(readFileSync(join(root, file), 'utf8'))),
    root,
    folder,
  )
  const templates = batches.length > 1 ? await makeTemplates(environment, sqliteFolder) : {}
  const tests = spawn(
    process.execPath,
    [...untracked, ...counted, '--test', ...reporters, `--test-concurrency=${concurrency}`, ...flags, ...batches],
    {
      cwd: root,
      env: { ...environment, ...templates, NODE_COMPILE_CACHE: COMPILED, ANTIPHON_TEST_FOLDER: sqliteFolder },
      stdio: ['inherit', 'pipe', 'inherit'],
    },
  )
  interrupted.addEventListener('abort', () => tests.kill('SIGTERM'))
  let output = ''
  tests.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    output += text
  })
  const [status] = await once(tests, 'close')
  for (const made of [folder, sqliteFolder]) rmSync(made, { recursive: true, force: true })
  if (status === 0 && countTests(stripVTControlCharacters(output), batches) === 0) {
    console.error('no test ran')
    return 1
  }
  return status ?? 1
}

/** Makes the databases that the tests copy, once for all processes: each migration is a transaction of its own. */
async function makeTemplates(environment: NodeJS.ProcessEnv, folder: string): Promise<NodeJS.ProcessEnv> {
  const server = environment.ANTIPHON_TEST_POSTGRES
  const { makePostgresTemplate, makeSqliteTemplate } = await import('./template.ts')
  const sqlite = await makeSqliteTemplate(folder)
  const postgres = server && (await makePostgresTemplate(server))
  return { ANTIPHON_TEST_TEMPLATES: JSON.stringify({ sqlite, postgres }) }
}

/** Runs every test, and returns 1 as well when an endpoint declares a failure that no test was answered. */
async function runAllTests(environment: NodeJS.ProcessEnv, interrupted: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-answers-'))
  const answers = join(folder, 'answers')
  try {
    writeFileSync(answers, '')
    const status = await runTests({ ...environment, ANTIPHON_TEST_ANSWERS: answers }, interrupted)
    if (status !== 0) return status
    const [{ endpoints }, { unansweredFailures }] = await Promise.all([
      import('../src/server.ts'),
      import('./coverage-of-answers.ts'),
    ])
    const missing = unansweredFailures(endpoints, readFileSync(answers, 'utf8').split('\n'))
    for (const name of missing) console.error(`declared, but no test was answered it: ${name}`)
    return missing.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The number of tests in the spec reporter's output, where a batch without any counts as one that passed. */
function countTests(output: string, batches: readonly string[]): number {
  const reported = Number(/^ℹ tests (\d+)$/m.exec(output)?.[1] ?? 0)
  return reported - batches.filter((batch) => output.includes(`✔ ${batch} (`)).length
}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())

if (files.length === 0) {
  console.error('no test file matches')
  process.exitCode = 1
} else {
  const postgres = sqlite ? undefined : await startPostgres({ folder: databases })
  const environment: NodeJS.ProcessEnv = { ...process.env }
  delete environment.ANTIPHON_TEST_POSTGRES
  if (postgres) environment.ANTIPHON_TEST_POSTGRES = postgres.url
  if (files.some((file) => ofCommand.some((start) => file.startsWith(start)))) {
    const { bundleModules } = await import('../scripts/build.ts')
    await bundleModules(RELEASE)
    environment.ANTIPHON_TEST_COMMAND = RELEASE
  }
  if (process.stdout.isTTY) environment.FORCE_COLOR = '1'
  try {
    const run = words.length === 0 ? runAllTests : runTests
    process.exitCode = interruption.signal.aborted ? 130 : await run(environment, interruption.signal)
  } finally {
    await postgres?.stop()
  }
  if (interruption.signal.aborted) process.exitCode = 130
}
