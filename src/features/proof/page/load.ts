import type { Application } from '../../../core/applications/application.ts'
import { progressOf } from '../../../core/imports/progress.ts'
import { type CountedUser, isLeftBehind, isLockedOut, isUnknown, mayBeLockedOut } from '../../../core/proof/census.ts'
import { listRealImports, pickUsers, timesOf } from '../../../core/proof/count.ts'
import { writeSamples } from '../../../core/proof/exchanges.ts'
import { gatherFacts } from '../../../core/proof/facts.ts'
import { makeReport } from '../../../core/proof/report.ts'
import type { RefusalSample } from '../../../core/proof/sample.ts'
import { listSamples } from '../../../core/proof/store/samples.ts'
import type { Deps } from '../../../platform/deps.ts'
import type { Shown } from './render.ts'

const FIRST = 10

/** Everything that the page shows of an application. */
export async function loadShown(deps: Deps, app: Application): Promise<Shown> {
  await writeSamples(deps)
  const facts = await gatherFacts(deps, app)
  const now = deps.now()
  const { leftBehind, unknownHere, lockedOut, maybeLockedOut } = facts.census
  const imports = await listRealImports(deps, app.id)
  const times = timesOf(imports)
  const first = async (count: number, isPicked: (user: CountedUser) => boolean) =>
    count > 0 ? (await pickUsers(deps, app, '', FIRST, isPicked)).users : []
  const samples = await listSamples(deps.db, app.id)
  return {
    name: app.name,
    report: makeReport(app.id, facts, now),
    facts,
    now,
    refusals: samples.map(({ reason, at, detail }) => ({ reason, at, sample: JSON.parse(detail) as RefusalSample })),
    leftBehind: await first(leftBehind, (user) => isLeftBehind(user, times)),
    lockedOut: await first(
      lockedOut + maybeLockedOut,
      (user) => isLockedOut(user, times) || mayBeLockedOut(user, times, now),
    ),
    unknownHere: await first(unknownHere, isUnknown),
    progress: new Map(imports.map((row) => [row.id, progressOf(row)])),
  }
}
