import { z } from 'zod'
import { check, datedChecks } from '../../core/domains/checks.ts'
import { freeAt } from '../../core/domains/decide.ts'
import { recordsOf } from '../../core/domains/records.ts'
import { type DomainRow, STATUSES } from '../../core/domains/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'

const time = z.iso.datetime()

const EXAMPLE = {
  id: 'dom_01jr0z5w2seq998trz7ftbb9rj',
  domain: 'login.shop.example',
  status: 'pending_dns',
  cname_record: 'shop.session.example.com',
  txt_record: { name: '_antiphon.login.shop.example', value: 'antiphon-domain=Zr0t3nIuUYx6yq9w1FzB8kq0m1JcVtPa' },
  checks: [
    {
      name: 'cname',
      outcome: 'failed',
      expected: 'shop.session.example.com',
      found: 'nothing',
      hint: 'Add a CNAME record of login.shop.example to shop.session.example.com.',
      at: '2026-01-02T03:04:05Z',
    },
  ],
  failing_since: '2026-01-02T03:04:05Z',
  free_at: '2026-02-01T03:04:05Z',
  created_at: '2026-01-02T03:00:00Z',
  updated_at: '2026-01-02T03:00:00Z',
} as const

export const domainView = z
  .object({
    id: z.string(),
    domain: z.string().meta({ description: 'Lower case; international names as A-labels (`xn--…`).' }),
    status: z.enum(STATUSES).meta({
      description:
        '`pending_dns`: none of the records is there. `verifying`: a part of them is. `issuing`: proven and answered, no certificate was seen yet. `active`: that, too. `failed`: unproven for thirty days.',
    }),
    cname_record: z.string().meta({ description: 'What a CNAME record of the domain must point at. Not proxied.' }),
    txt_record: z
      .object({ name: z.string(), value: z.string() })
      .meta({ description: 'In place of the CNAME record, beside an A or AAAA record of the domain.' }),
    checks: z
      .array(
        check.extend({ at: time }).meta({
          description: 'One thing that was looked at. `hint` says what to do; null where nothing is to be done.',
        }),
      )
      .meta({ description: 'What the last look saw; none before the first.' }),
    failing_since: time.nullable().meta({ description: 'Since when there is no proof.' }),
    free_at: time
      .nullable()
      .meta({ description: 'When the application loses the name, or is not looked for any more, if that goes on.' }),
    created_at: time,
    updated_at: time.meta({ description: 'Of the last change of `status`.' }),
  })
  .meta({ id: 'Domain', examples: [EXAMPLE] })

export const domainResponse = z.object({ domain: domainView }).meta({ id: 'DomainResponse' })

export const viewOf = (row: DomainRow, config: Config): z.input<typeof domainView> => {
  const { cname, txt } = recordsOf(row, config)
  return {
    id: row.id,
    domain: row.domain,
    status: row.status,
    cname_record: cname,
    txt_record: txt,
    checks: datedChecks.parse(JSON.parse(row.checks)).map(({ at, ...one }) => ({ ...one, at: rfc3339(at) })),
    failing_since: row.failing_since === null ? null : rfc3339(row.failing_since),
    free_at: row.failing_since === null ? null : rfc3339(freeAt(row.failing_since)),
    created_at: rfc3339(row.created_at),
    updated_at: rfc3339(row.updated_at),
  }
}
