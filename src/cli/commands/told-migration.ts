import type { ProofReport } from '../../core/proof/report.ts'
import { grouped } from '../../core/proof/verdict.ts'
import type { Tell } from '../api/declared.ts'
import { columns, done, type Outcome } from '../outcome.ts'

interface Answer {
  readonly report: ProofReport
  /** A compact JWS. */
  readonly signed: string
}

export const tellStatus: Tell = (body) => {
  const { report } = body as Answer
  return done(report, describe(report))
}

export const tellReport: Tell = (body) => {
  const { report, signed } = body as Answer
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

/** What is answered of a rehearsal. */
interface Rehearsal {
  readonly outcome: keyof typeof OUTCOMES
  readonly reason?: string
  readonly way?: string
  readonly steps: readonly { readonly step: string; readonly result: keyof typeof RESULTS; readonly detail: string }[]
  readonly user?: {
    readonly external_id: string
    readonly identifiers: readonly { readonly value: string; readonly verified: boolean }[]
    readonly federated_identities: readonly { readonly provider: string; readonly subject: string }[]
  }
  readonly left_out: readonly string[]
  readonly match?: { readonly kind: string; readonly user_id?: string }
}

/** What an exchange of a legacy token would do, and why. */
export function tellTry(body: unknown): Outcome {
  const { outcome, reason, way, steps, user, left_out, match } = body as Rehearsal
  const lines = [
    `${OUTCOMES[outcome]}${reason ? ` (${reason})` : ''}${way === 'grace' ? ', in its grace' : ''}.`,
    '',
    columns([['STEP', 'PASSES', 'WHY'], ...steps.map((one) => [one.step, RESULTS[one.result], one.detail])], ''),
    ...(user ? ['', `External id  ${user.external_id}`] : []),
    ...(user?.identifiers ?? []).map(({ value, verified }) => `Identifier   ${value}${verified ? '' : ', unverified'}`),
    ...(user?.federated_identities ?? []).map(({ provider, subject }) => `Account      ${provider} ${subject}`),
    ...left_out.map((place) => `Left out     ${place}`),
    ...(match ? [`Here         ${match.kind}${match.user_id ? ` ${match.user_id}` : ''}`] : []),
  ]
  return done(body, lines.join('\n'), outcome === 'refused' || outcome === 'unclear')
}
