import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type Engine, startOn } from './antiphon/engine.ts'
import { allowCodes, allowPasskeys, allowPasswords } from './antiphon/ways-in.ts'
import { openInbox } from './load/inbox.ts'
import { DATA, type Plan } from './measure.ts'
import { bound } from './report/ranks.ts'
import { type Compared, judge, timingTable, type Verdict } from './report/timing.ts'
import { comparisons, populate } from './timing/comparisons.ts'
import { interleave } from './timing/interleave.ts'
import { passkeyHolders } from './timing/passkeys.ts'
import { Stranger } from './timing/stranger.ts'

/** Can a stranger tell by time who is known? Broken when they can, or when this run could not have seen it. */
export async function timing(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  const tables: string[] = []
  const verdicts: Verdict[] = []
  for (const engine of ENGINES) {
    const compared = await compareOn(engine, plan)
    tables.push(`### ${engine}\n\n${timingTable(compared, Math.random)}`)
    verdicts.push(
      ...compared.filter(({ held }) => held).flatMap((one) => one.times.slice(1).map((other) => judge(one, other))),
    )
  }
  return {
    markdown: [describe(plan.samples), resultOf(verdicts), ...tables].join('\n\n'),
    valid: verdicts.every((verdict) => verdict === 'alike'),
  }
}

function resultOf(verdicts: readonly Verdict[]): string {
  if (verdicts.includes('apart')) return 'Result: **broken**, somebody can be told apart.'
  if (verdicts.includes('blind')) return 'Result: **none**, the machine was too noisy for some of it.'
  return 'Result: nobody can be told apart.'
}

async function compareOn(engine: Engine, plan: Plan): Promise<Compared[]> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'timing-'))
  try {
    const { server, host, manage, stop } = await startOn(engine, { cpus: plan.cpus, directory })
    try {
      await allowCodes(manage, await openInbox(), 'existing_only')
      await allowPasswords(manage)
      await allowPasskeys(manage)
      await populate(manage)
      const stranger = await Stranger.arrive(server.address, host)
      const compared: Compared[] = []
      const holders = await passkeyHolders(manage, stranger)
      for (const comparison of comparisons(stranger, holders)) {
        process.stderr.write(`${engine}: ${comparison.figures[0]?.title}\n`)
        compared.push(...(await interleave(comparison, plan.samples)))
      }
      stranger.leave()
      return compared
    } finally {
      await stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function describe(samples: number): string {
  const allowed = bound(samples, samples).toFixed(3)
  return [
    `${samples} samples of each kind on one connection, one after the other, in a new random order every round.`,
    'P(slower) is how often a request of the kind takes longer than one of the first kind (Mann–Whitney); 0.5 is what chance does.',
    `Bound: |P − 0.5| ≤ ${allowed}, which equal kinds exceed once in a thousand. The control is the first kind again, timed longer`,
    'than it took: the run counts only where that is seen. "Would be seen": the delay that as many samples find nine times in ten.',
    'Cheap requests sent behind an answer show what the server still does for it.',
  ].join('\n')
}
