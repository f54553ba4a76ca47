import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundle } from '../scripts/build.ts'
import { DATA, describeRounds, measure, type Plan } from './measure.ts'
import { cpuRatios, ratios, table } from './report/table.ts'
import { releaseRefresh } from './subjects/antiphon.ts'

/** What does a refresh cost by this release beside the one before, whose `antiphon.js` `--before` names? Round by round, on SQLite. */
export async function againstRelease(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  if (plan.before === undefined)
    return { markdown: 'Not measured: `--before` names no `antiphon.js` of another release.', valid: true }
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'release-'))
  try {
    const release = join(directory, 'antiphon.js')
    await bundle(release)
    const now = releaseRefresh('this release', release)
    const before = releaseRefresh('the release before', resolve(plan.before))
    const rows = await measure([before, now], plan)
    const compared = ratios(rows, [{ of: now.name, to: before.name }])
    return {
      markdown: `${describeRounds(plan)}\n\n${table(rows)}\n\n${compared}\n\n${cpuRatios(rows, [{ of: now.name, to: before.name }])}`,
      valid: rows.every((row) => row.problem === undefined),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
