import { findApplication } from '../core/applications/store.ts'
import { gatherFacts } from '../core/proof/facts.ts'
import { makeReport, type ProofReport } from '../core/proof/report.ts'
import { signReport } from '../core/proof/sign.ts'
import { grouped } from '../core/proof/verdict.ts'
import { rehearse } from '../features/migration/rehearse.ts'
import { viewRehearsal } from '../features/migration/try.ts'
import type { Deps } from '../platform/deps.ts'
import { unknownApp } from './apps.ts'
import { columns, done, type Outcome } from './outcome.ts'

async function reportOf(deps: Deps, appId: string): Promise<ProofReport | undefined> {
  const app = await findApplication(deps.db, appId)
  return app && makeReport(app.id, await gatherFacts(deps, app), deps.now())
}

/** `antiphon migration status` */
export async function migrationStatus(deps: Deps, appId: string): Promise<Outcome> {
  const report = await reportOf(deps, appId)
  return report ? done(report, describe(report)) : unknownApp(appId)
}

/** `antiphon migration report` */
export async function migrationReport(deps: Deps, appId: string): Promise<Outcome> {
  const report = await reportOf(deps, appId)
  if (!report) return unknownApp(appId)
  const signed = await signReport(deps, appId, report)
  return done({ report, signed }, signed)
}

const MARKS = { met: 'yes', failed: 'NO', unknown: '?' } as const

function describe({
  sentence,
  conditions,
  users,
  sessions,
  left_behind,
  locked_out,
  unknown_here,
  cannot_say,
}: ProofReport) {
  const { total, here, by_way, not_yet_here, idle_30_days } = users
  const rows: (readonly [string, number | undefined])[] = [
    ['of the old system', total],
    ['here', here],
    ...Object.entries(by_way).map(([way, count]) => [`  by ${way}`, count] as const),
    ['not yet here', not_yet_here],
    ['here, not seen for 30 days', idle_30_days],
    ['active there, not seen here', left_behind?.count],
    ['named by a token, in no import', unknown_here],
    ['active, and locked out without it', locked_out.count],
    ['sessions exchanged', sessions.exchanged],
    ['sessions exchanged in grace', sessions.exchanged_in_grace],
    ...Object.entries(sessions.refused).map(([reason, count]) => [`  refused: ${reason}`, count] as const),
  ]
  const shown = rows.map(([name, count]) => [name, count === undefined ? 'not known' : grouped(count)])
  return [
    sentence,
    '',
    columns(
      [['CONDITION', 'MET', 'WHY'], ...conditions.map((one) => [one.condition, MARKS[one.state], one.words])],
      '',
    ),
    '',
    columns([['WHO', 'HOW MANY'], ...shown], ''),
    ...(cannot_say.length > 0 ? ['', ...cannot_say] : []),
  ].join('\n')
}

const RESULTS = { passed: 'yes', refused: 'NO', doubt: '?', would: 'not done' } as const

const OUTCOMES = {
  exchanged: 'It would come over',
  refused: 'It would be refused',
  unclear: 'Nobody can tell now: clients would be told to try again',
  would_refresh: 'It would be used at the vendor, which is not done here',
} as const

/** `antiphon migration try`: what an exchange of a legacy token would do, and why. Changes nothing. */
export async function tryMigration(deps: Deps, appId: string, token: string): Promise<Outcome> {
  const app = await findApplication(deps.db, appId)
  if (!app) return unknownApp(appId)
  const rehearsal = await rehearse(deps, app, token)
  const { outcome, reason, way, steps, user, match } = rehearsal
  const lines = [
    `${OUTCOMES[outcome]}${reason ? ` (${reason})` : ''}${way === 'grace' ? ', in its grace' : ''}.`,
    '',
    columns([['STEP', 'PASSES', 'WHY'], ...steps.map((one) => [one.step, RESULTS[one.result], one.detail])], ''),
    ...(user ? ['', `External id  ${user.externalId}`] : []),
    ...(user?.identifiers ?? []).map(({ value, verified }) => `Identifier   ${value}${verified ? '' : ', unverified'}`),
    ...(user?.federatedIdentities ?? []).map(({ provider, subject }) => `Account      ${provider} ${subject}`),
    ...(user?.leftOut ?? []).map((place) => `Left out     ${place}`),
    ...(match ? [`Here         ${match.kind}${match.userId ? ` ${match.userId}` : ''}`] : []),
  ]
  return done(viewRehearsal(rehearsal), lines.join('\n'), outcome === 'refused' || outcome === 'unclear')
}
