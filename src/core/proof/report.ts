import { rfc3339 } from '../../platform/clock.ts'
import type { Exchanges, Facts, ImportFacts } from './facts.ts'
import { arrivalsOf, sentenceOf } from './sentence.ts'
import { counted, decideVerdict, judgeConditions } from './verdict.ts'

export type ProofReport = ReturnType<typeof makeReport>

/** What a migration has come to, in numbers: nothing of anybody is in it. */
export function makeReport(appId: string, facts: Facts, now: number) {
  const { census, imports, ever, lately, ended } = facts
  const conditions = judgeConditions(facts)
  const verdict = decideVerdict(conditions)
  const { total, here, notYetHere } = arrivalsOf(facts)
  const hasImport = imports.some(({ status }) => status === 'completed')
  return {
    application: appId,
    made_at: rfc3339(now),
    verdict,
    sentence: sentenceOf(verdict, conditions, facts),
    conditions,
    users: {
      ...(total !== undefined && { total }),
      here,
      by_way: census.byWay,
      ...(notYetHere !== undefined && { not_yet_here: notYetHere }),
      idle_30_days: census.idle,
      blocked: census.blocked,
      signed_up_here: census.native,
    },
    imports: imports.map(importOf),
    sessions: { ...exchangesOf(ever), ended, last_30_days: exchangesOf(lately) },
    ...(hasImport && {
      left_behind: { count: census.leftBehind, activity_unknown: census.activityUnknown },
      unknown_here: census.unknownHere,
    }),
    locked_out: { count: census.lockedOut, activity_unknown: census.maybeLockedOut },
    cannot_say: cannotSay(facts),
  }
}

const exchangesOf = ({ exchanged, inGrace, refused, unclear }: Exchanges) => ({
  exchanged,
  exchanged_in_grace: inGrace,
  refused,
  unclear,
})

const importOf = ({
  id,
  source,
  status,
  file_sha256,
  lines,
  outcomes,
  hash_forms,
  without_password,
  left_out,
  leftovers,
  canaries,
}: ImportFacts) => ({
  id,
  source,
  status,
  ...(file_sha256 !== undefined && { file_sha256 }),
  lines,
  outcomes,
  hash_forms,
  without_password,
  conflicts: outcomes.conflict ?? 0,
  dropped: left_out,
  kept_sealed: leftovers,
  canaries: countOutcomes(canaries),
})

function countOutcomes(canaries: ImportFacts['canaries']): Record<string, number> {
  const groups = Map.groupBy(canaries, ({ outcome }) => outcome)
  return Object.fromEntries([...groups].map(([outcome, some]) => [outcome, some.length]))
}

/** What the report is silent about, and why. */
function cannotSay({ imports, typedTotal, census }: Facts): string[] {
  const hasImport = imports.some(({ status }) => status === 'completed')
  return [
    ...(hasImport || typedTotal !== undefined
      ? []
      : [
          'How many are yet to come: no import has been completed, and no total was typed in (setting `proof.legacy_users`).',
        ]),
    ...(hasImport
      ? []
      : [
          'Who is missing and who was left behind: no import has been completed, so nobody knows whom the legacy system knew.',
        ]),
    ...(hasImport && census.activityUnknown > 0
      ? [
          `Who of ${counted(census.activityUnknown, 'person', 'people')} not yet here was active in the legacy system: no file says when it saw them (\`last_seen_at\`).`,
        ]
      : []),
    ...(hasImport && typedTotal !== undefined && typedTotal > census.legacy
      ? [
          `What became of ${counted(typedTotal - census.legacy, 'person', 'people')} of the total that was typed in: they are lost in a file, deleted here, or were in none.`,
        ]
      : []),
  ]
}
