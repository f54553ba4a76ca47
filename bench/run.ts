/**
 * `npm run bench [-- question…] [--rounds 5] [--seconds 4] [--samples 2000] [--users 50000] [--before dist/antiphon.js] [--dry]`: measures and writes RESULTS.md; `--dry` only prints.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { againstRelease } from './against-release.ts'
import { besideLogins } from './beside-logins.ts'
import { claims } from './claims.ts'
import { coldStart } from './cold-start.ts'
import { imports } from './imports.ts'
import { type CpuPlan, describePlan, planCpus } from './machine/cpus.ts'
import { describeLoad, describeMachine, durableWriteMicros } from './machine/describe.ts'
import { DATA, type Plan } from './measure.ts'
import { refresh } from './refresh.ts'
import { replaceSection } from './report/results.ts'
import { signIn } from './sign-in.ts'
import { storage } from './storage.ts'
import { timing } from './timing.ts'
import { usersAtScale } from './users-at-scale.ts'
import { waysIn } from './ways-in.ts'
import { webhooks } from './webhooks.ts'
import { whereTheTimeGoes } from './where-the-time-goes.ts'

/** `cpus`: how the processes were placed, where the question has a way of its own. */
type Question = (plan: Plan) => Promise<{ markdown: string; valid: boolean; cpus?: CpuPlan }>

const QUESTIONS: Readonly<Record<string, Question>> = {
  refresh,
  claims,
  'sign-in': signIn,
  'ways-in': waysIn,
  'beside-logins': besideLogins,
  imports,
  'users-at-scale': usersAtScale,
  webhooks,
  storage,
  timing,
  'cold-start': coldStart,
  'where-the-time-goes': whereTheTimeGoes,
  'against-release': againstRelease,
}
const HERE = fileURLToPath(new URL('.', import.meta.url))
const RESULTS = `${HERE}RESULTS.md`
const CLIENTS = 32

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    samples: { type: 'string', default: '2000' },
    users: { type: 'string', default: '50000' },
    before: { type: 'string' },
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
  warmUpSeconds: Math.min(3, Number(values.seconds)),
}

installPeers()
const chosen = positionals.length > 0 ? positionals : Object.keys(QUESTIONS)
for (const name of chosen) await answer(name)

async function answer(name: string): Promise<void> {
  const question = QUESTIONS[name]
  if (!question) throw new Error(`no such question: ${name}; there are ${Object.keys(QUESTIONS).join(', ')}`)
  const loadBefore = describeLoad()
  const { markdown, valid, cpus: placed = cpus } = await question(plan)
  const section = [`## ${name}`, '', ...conditions(name, loadBefore, placed), '', markdown].join('\n')
  process.stdout.write(`${section}\n`)
  if (!valid) process.exitCode = 1
  if (values.dry) return
  const document = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : '# Results\n'
  writeFileSync(RESULTS, replaceSection(document, name, section))
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
