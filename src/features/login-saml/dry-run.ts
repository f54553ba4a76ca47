import { z } from 'zod'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { CHECKS, type Check, judgeResponse, type Reading, type Verdict } from '../../crypto/saml/response.ts'
import type { Deps } from '../../platform/deps.ts'
import { personOf, problemOf, type SamlPerson } from './person.ts'
import { termsOf } from './terms.ts'

export const dryRunInput = z
  .object({
    saml_response: z
      .string()
      .min(1)
      .meta({
        description: 'The `SAMLResponse` of a form, base64, as a browser posted it.',
        examples: ['PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxw…'],
      }),
  })
  .meta({ id: 'SAMLDryRunInput' })

export const dryRunView = z
  .object({
    outcome: z.enum(['accepted', 'late', 'refused']).meta({
      description: '`late`: it is over by now, and would have been accepted when it was issued.',
    }),
    checks: z.array(
      z.object({
        name: z.enum([...CHECKS, 'email_domain']),
        result: z.enum(['passed', 'late', 'refused', 'not_reached']),
        reason: z.string().optional(),
      }),
    ),
    uses_sha1: z.boolean(),
    person: z
      .object({
        name_id: z.string(),
        name_id_format: z.string().optional(),
        email: z.string().optional().meta({ description: 'Absent where there is none that can be used.' }),
        email_domain_allowed: z
          .boolean()
          .meta({ description: 'Whether the connection speaks for the address: its domain is on the list.' }),
        profile: z.record(z.string(), z.unknown()),
        groups: z.array(z.string()),
        attributes: z.record(z.string(), z.array(z.string())).meta({ description: 'All of them, as they were sent.' }),
      })
      .optional()
      .meta({ description: 'Of whom it speaks, once the signature holds.' }),
  })
  .meta({
    id: 'SAMLDryRun',
    examples: [
      {
        outcome: 'refused',
        checks: [
          { name: 'signature', result: 'passed' },
          { name: 'audience', result: 'refused', reason: 'the audience is another one' },
        ],
        uses_sha1: false,
        person: {
          name_id: 'jane@acme.com',
          email: 'jane@acme.com',
          email_domain_allowed: true,
          profile: { given_name: 'Jane' },
          groups: [],
          attributes: { email: ['jane@acme.com'], firstName: ['Jane'] },
        },
      },
    ],
  })

export type DryRun = z.input<typeof dryRunView>

/**
 * What a response would meet, without using anything up. Whether the request that it answers is one of ours, and whether it was used before, is not looked
 * at. A capture is late as a rule, so whatever time alone refuses is told apart.
 */
export async function dryRun(deps: Deps, connection: SamlConnection, encoded: string): Promise<DryRun> {
  const now = deps.now()
  const verdict = await judgeResponse(encoded, termsOf(connection, now))
  const issuedAt = verdict.kind === 'refused' ? (verdict.said?.response.issuedAt ?? now) : now
  const isLate = issuedAt < now
  const inTime = isLate ? await judgeResponse(encoded, termsOf(connection, issuedAt)) : verdict
  const said = saidOf(verdict)
  const person = said && personOf(connection, said)
  const checks = [
    ...verdict.checks.map((check, index) => shownCheck(check, inTime.checks[index])),
    judgeDomain(connection, person),
  ]
  return {
    outcome: outcomeOf(checks),
    checks,
    uses_sha1: verdict.usesSha1,
    ...(said && person && { person: viewOf(said, person) }),
  }
}

type ShownCheck = DryRun['checks'][number]

const shownCheck = (check: Check, inTime: Check | undefined): ShownCheck =>
  check.result === 'refused' && inTime?.result === 'passed' ? { ...check, result: 'late' } : check

function judgeDomain(connection: SamlConnection, person: SamlPerson | undefined): ShownCheck {
  const name = 'email_domain'
  if (!person) return { name, result: 'not_reached' }
  const reason = problemOf(connection, person)
  return reason === undefined ? { name, result: 'passed' } : { name, result: 'refused', reason }
}

function outcomeOf(checks: readonly ShownCheck[]): DryRun['outcome'] {
  const has = (result: ShownCheck['result']) => checks.some((check) => check.result === result)
  if (has('refused')) return 'refused'
  return has('late') ? 'late' : 'accepted'
}

type Said = Pick<Reading, 'nameId' | 'attributes'>

/** What is said of a person, once the signature holds. */
function saidOf(verdict: Verdict): Said | undefined {
  if (verdict.kind === 'accepted') return verdict.reading
  const [nameId] = verdict.said?.assertion.nameIds ?? []
  return nameId && { nameId, attributes: new Map(verdict.said?.assertion.attributes) }
}

function viewOf({ nameId, attributes }: Said, { email, isOfCompany, profile, groups }: SamlPerson): DryRun['person'] {
  return {
    name_id: nameId.value,
    ...(nameId.format !== undefined && { name_id_format: nameId.format }),
    ...(email !== undefined && { email }),
    email_domain_allowed: isOfCompany,
    profile,
    groups: [...groups],
    attributes: Object.fromEntries([...attributes].map(([name, values]) => [name, [...values]])),
  }
}
