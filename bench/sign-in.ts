import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundle } from '../scripts/build.ts'
import { ENGINES, type Engine, type OnEngine, startOn } from './antiphon/engine.ts'
import { DATA, describeRounds, measure, type Plan } from './measure.ts'
import { cpuRatios, type Ratio, ratios, table } from './report/table.ts'
import type { Running, Setting, Subject } from './subjects/subject.ts'

const FLOWS = ['migration', 'finalize'] as const
type Flow = (typeof FLOWS)[number]
/** Times as many a second as by the release before. */
const AIMS: Readonly<Record<Flow, number>> = { migration: 1.4, finalize: 1.5 }

/** A release on an engine. */
type Side = { readonly engine: Engine; readonly command: string; readonly before: boolean }

/**
 * How fast do people come over from a legacy system: the migration of a new person by a local hook, and the finalize with a new key that completes it?
 * Beside it, round by round, the release before, whose `antiphon.js` `--before` names.
 */
export async function signIn(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'release-'))
  try {
    const release = join(directory, 'antiphon.js')
    await bundle(release)
    const before = plan.before === undefined ? [] : [{ command: resolve(plan.before), before: true }]
    const releases = [{ command: release, before: false }, ...before]
    const sides = ENGINES.flatMap((engine) => releases.map((one): Side => ({ engine, ...one })))
    const rows = await measure(sides.flatMap(subjectsOf), { ...plan, inOrder: true })
    const wanted: Ratio[] = ENGINES.flatMap((engine) =>
      FLOWS.map((flow) => ({
        of: nameOf(flow, { engine, before: false }),
        to: nameOf(flow, { engine, before: true }),
        atLeast: AIMS[flow],
      })),
    )
    const compared = [
      ratios(rows, wanted),
      cpuRatios(
        rows,
        wanted.map(({ of, to }) => ({ of, to })),
      ),
    ]
    return {
      markdown: [describeRounds(plan), table(rows), ...compared].join('\n\n').trimEnd(),
      valid: rows.every((row) => row.problem === undefined),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const nameOf = (flow: Flow, { engine, before }: Pick<Side, 'engine' | 'before'>) =>
  `${flow}, ${engine}${before ? ', the release before' : ''}`

/** Both of one server: each round of `finalize` spends the challenge tokens of the round of `migration` before. */
function subjectsOf(side: Side): Subject[] {
  let shared: Promise<OnEngine> | undefined
  return FLOWS.map((flow) => ({
    name: nameOf(flow, side),
    start: async (setting) => {
      shared ??= startShared(side, setting)
      return running(nameOf(flow, side), setting, await shared)
    },
  }))
}

async function startShared(side: Side, setting: Setting): Promise<OnEngine> {
  const { generator, clients, cpus } = setting
  const directory = mkdtempSync(join(setting.directory, 'sign-in-'))
  const on = await startOn(side.engine, { cpus, directory }, { command: side.command })
  const pool = nameOf('finalize', side)
  try {
    for (const kind of FLOWS)
      await generator.open(nameOf(kind, side), on.server.address, { kind, host: on.host, pool }, clients)
  } catch (error) {
    await on.stop()
    throw error
  }
  return on
}

const running = (name: string, setting: Setting, { server, databasePid, stop }: OnEngine): Running => ({
  drive: (seconds) => setting.generator.drive(name, seconds, server.pid, databasePid),
  stop,
})
