import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { gatherFacts } from '../../core/proof/facts.ts'
import { makeReport } from '../../core/proof/report.ts'
import { signReport } from '../../core/proof/sign.ts'
import { CONDITIONS } from '../../core/proof/verdict.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { type Days, daysOf } from './days.ts'

export const MIGRATION_PATH = '/v2/session/apps/{appID}/migration'
export const TAG = 'Proof of a migration'

export const params = z.object({ appID: z.string() })

const counts = z.record(z.string(), z.int())

const exchanges = {
  exchanged: z.int(),
  exchanged_in_grace: z.int().meta({ description: 'Of tokens that were over; not among the others.' }),
  refused: counts.meta({ description: 'By reason.' }),
  unclear: counts.meta({
    description: 'By reason: nobody could say whether the session was good, so nobody was refused.',
  }),
}

const importReport = z.object({
  id: z.string(),
  source: z.string(),
  status: z.string(),
  file_sha256: z.string().optional(),
  lines: z.int(),
  outcomes: counts,
  hash_forms: counts,
  without_password: z.int(),
  conflicts: z.int(),
  dropped: counts.meta({ description: 'Members that could not be used, by kind.' }),
  kept_sealed: counts.meta({ description: 'What is kept until it can be used, by kind.' }),
  canaries: counts.meta({ description: 'How the test accounts fared, by outcome.' }),
})

const reportBody = z
  .object({
    application: z.string(),
    made_at: z.iso.datetime(),
    verdict: z.enum(['yes', 'no', 'unclear']).meta({
      description: 'Whether the legacy system can be switched off: `yes` when every condition is met.',
    }),
    sentence: z.string().meta({ description: 'The same for people, and who would notice.' }),
    conditions: z.array(
      z.object({
        condition: z.enum(CONDITIONS),
        state: z.enum(['met', 'failed', 'unknown']),
        words: z.string(),
      }),
    ),
    users: z.object({
      total: z.int().optional().meta({ description: 'Of the legacy system; missing when nothing tells.' }),
      here: z.int(),
      by_way: counts.meta({ description: 'By which way they came in first.' }),
      not_yet_here: z.int().optional(),
      idle_30_days: z.int().meta({ description: 'Who has come, and was not seen for 30 days.' }),
      blocked: z.int().meta({ description: 'Who has not come, and is blocked here.' }),
      signed_up_here: z.int().meta({ description: 'Users whom the legacy system never knew; in no other number.' }),
    }),
    imports: z.array(importReport),
    sessions: z.object({
      ...exchanges,
      ended: counts.meta({
        description: 'Sessions that began with an exchange, by why they ended; `migration` ended them itself.',
      }),
      last_30_days: z.object(exchanges).meta({ description: 'What the conditions are judged by.' }),
    }),
    left_behind: z
      .object({
        count: z.int().meta({ description: 'Active there in the 30 days before the import, not seen here.' }),
        activity_unknown: z.int().meta({ description: 'Not seen here, and no file says when they were active there.' }),
      })
      .optional(),
    unknown_here: z.int().optional().meta({ description: 'Users whom a legacy token named, and no import.' }),
    locked_out: z.object({
      count: z.int().meta({
        description:
          'Active lately (seen here in 30 days, or not yet here and active there in the 30 days before the import), and with no way to log in but the legacy system, as logins are configured now.',
      }),
      activity_unknown: z.int().meta({
        description:
          'The same of people of whom nobody knows whether they were active; who is known here for 30 days and has not come was not.',
      }),
    }),
    cannot_say: z.array(z.string()).meta({ description: 'What the report is silent about, and why.' }),
  })
  .meta({ id: 'MigrationReport' })

const days = z
  .object({
    starts: z.array(z.iso.datetime()).meta({ description: 'When each day (UTC) begins, oldest first.' }),
    here_by_way: z.record(z.string(), z.array(z.int())).meta({
      description:
        'Who had come by the end of each day, by the way by which they came in first: of those who are known now.',
    }),
    not_yet_here: z
      .array(z.int())
      .optional()
      .meta({ description: 'Who had not; missing when nothing tells how many there are.' }),
  })
  .meta({ id: 'MigrationDays' })

const viewOf = ({ starts, byWay, notYetHere }: Days) => ({
  starts: starts.map(rfc3339),
  here_by_way: Object.fromEntries(Object.entries(byWay).map(([way, counts]) => [way, [...counts]])),
  ...(notYetHere && { not_yet_here: [...notYetHere] }),
})

export const report = endpoint({
  method: 'GET',
  path: `${MIGRATION_PATH}/report`,
  audience: 'management',
  operationId: 'getMigrationReport',
  permission: 'migration:read',
  tag: TAG,
  summary: 'Whether the legacy system can be switched off, and what shows it: in numbers alone, and signed',
  access: managementKey,
  params,
  response: z
    .object({
      report: reportBody,
      signed: z.string().meta({
        description:
          'The same as a compact JWS (RFC 7515) of type `migration-report+jws`, PS256, by a key of `/.well-known/jwks.json`; its payload is `{"report": …}`.',
      }),
      days: days.meta({
        description: 'How people came, for a plot: 60 days at most, weeks apart when it took longer. Not signed.',
      }),
    })
    .meta({ id: 'MigrationReportResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const facts = await gatherFacts(deps, app)
    const made = makeReport(app.id, facts, deps.now())
    const signed = await signReport(deps, app.id, made)
    return { body: { report: made, signed, days: viewOf(daysOf(facts, deps.now())) } }
  },
})
