/**
 * `npm run bench [-- question…] [--rounds 5] [--seconds 4] [--samples 2000] [--users 50000] [--sizes 10000,100000] [--before dist/antiphon.js] [--dry]`: measures and writes
 * RESULTS.md; `--dry` only prints.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { againstRelease } from './against-release.ts'
import { beside } from './beside.ts'
import { besideLogins } from './beside-logins.ts'
import { claims } from './claims.ts'
import { coldStart } from './cold-start.ts'
import { imports } from './imports.ts'
import { type CpuPlan, describePlan, planCpus } from './machine/cpus.ts'
import { describeLoad, describeMachine, durableWriteMicros } from './machine/describe.ts'
import { DATA, type Plan } from './measure.ts'
import { refresh } from './refresh.ts'
import type { Figures } from './report/figures.ts'
import { publish, withSections } from './report/published.ts'
import { replaceSection } from './report/results.ts'
import { scale } from './scale.ts'
import { signIn } from './sign-in.ts'
import { storage } from './storage.ts'
import { timing } from './timing.ts'
import { usersAtScale } from './users-at-scale.ts'
import { waysIn } from './ways-in.ts'
import { webhooks } from './webhooks.ts'
import { whereTheTimeGoes } from './where-the-time-goes.ts'

/**
 * `cpus`: how the processes were placed, where the question has a way of its own. `figures`: what documents tell in numbers, under the name of
 * the question.
 */
type Question = (plan: Plan) => Promise<{ markdown: string; valid: boolean; cpus?: CpuPlan; figures?: object }>

const QUESTIONS: Readonly<Record<string, Question>> = {
  refresh,
  claims,
  'sign-in': signIn,
  'ways-in': waysIn,
  'beside-logins': besideLogins,
  beside,
  imports,
  'users-at-scale': usersAtScale,
  scale,
  webhooks,
  storage,
  timing,
  'cold-start': coldStart,
  'where-the-time-goes': whereTheTimeGoes,
  'against-release': againstRelease,
}
const HERE = fileURLToPath(new URL('.', import.meta.url))
const RESULTS = `${HERE}RESULTS.md`
const FIGURES = `${HERE}figures.json`
/** In place of a question: measures nothing, and writes the documents by the figures there are. */
const PUBLISH = 'publish'
const CLIENTS = 32

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    samples: { type: 'string', default: '2000' },
    users: { type: 'string', default: '50000' },
    before: { type: 'string' },
    sizes: { type: 'string', default: '10000,100000,1000000,10000000' },
    dry: { type: 'boolean', default: false },
  },
})
const cpus = planCpus()
const plan: Plan = {
  cpus,
  clients: CLIENTS,
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  samples: Number(values.samples),
  users: Number(values.users),
  before: values.before,
  sizes: values.sizes.split(',').map(Number),
  // V8 goes on compiling what is hot for some ten seconds, on the processor that it serves on.
  warmUpSeconds: Math.min(10, 2.5 * Number(values.seconds)),
}

const chosen = positionals.length > 0 ? positionals : Object.keys(QUESTIONS)
if (chosen.some((name) => name !== PUBLISH)) installPeers()
for (const name of chosen) await (name === PUBLISH ? writeDocuments() : answer(name))

async function answer(name: string): Promise<void> {
  const question = QUESTIONS[name]
  if (!question) throw new Error(`no such question: ${name}; there are ${Object.keys(QUESTIONS).join(', ')}`)
  const loadBefore = describeLoad()
  const { markdown, valid, cpus: placed = cpus, figures } = await question(plan)
  const section = [`## ${name}`, '', ...conditions(name, loadBefore, placed), '', markdown].join('\n')
  process.stdout.write(`${section}\n`)
  if (!valid) process.exitCode = 1
  if (values.dry) return
  const document = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '# Results\n'
  writeFileSync(RESULTS, replaceSection(document, name, section))
  if (figures && valid) keep(name, figures)
}

/** Writes figures down, and whatever documents tell of them. */
function keep(name: string, figures: object): void {
  const taken = { at: new Date().toISOString().slice(0, 10), machine: describeMachine(), ...figures }
  writeFileSync(FIGURES, `${JSON.stringify({ ...readFigures(), [name]: taken }, undefined, 2)}\n`)
  writeDocuments()
}

function readFigures(): Figures {
  return JSON.parse(readFileSync(FIGURES, 'utf8'))
}

function writeDocuments(): void {
  const published = publish(readFigures())
  const root = new URL('../', import.meta.url)
  for (const [path, text] of Object.entries(published.files)) writeFileSync(new URL(path, root), text)
  for (const path of new Set(published.sections.map((one) => one.path))) {
    const file = new URL(path, root)
    writeFileSync(file, withSections(path, readFileSync(file, 'utf8'), published))
  }
}

/** Under which conditions the figures were taken. */
function conditions(name: string, loadBefore: string, placed: CpuPlan): string[] {
  return [
    `- command: \`npm run bench -- ${name}\`, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- machine: ${describeMachine()}`,
    `- a durable 4 KiB write takes ${micros(DATA)} where the SQLite files lie, ${micros(tmpdir())} where PostgreSQL's do`,
    `- load average before ${loadBefore}, after ${describeLoad()}`,
    `- ${describePlan(placed)}`,
  ]
}

function micros(directory: string): string {
  return `${Math.round(durableWriteMicros(directory))} µs`
}

/** The peers are this folder's own packages: nobody but the benchmark installs them. */
function installPeers(): void {
  if (existsSync(`${HERE}node_modules`)) return
  const npm = process.env.npm_execpath
  const [command, ...args] = npm ? [process.execPath, npm] : ['npm']
  const { status } = spawnSync(command, [...args, 'ci', '--prefix', HERE, '--no-audit', '--no-fund'], {
    stdio: ['ignore', process.stderr, 'inherit'],
  })
  if (status !== 0) throw new Error('npm could not install the peers (npm ci --prefix bench)')
}
