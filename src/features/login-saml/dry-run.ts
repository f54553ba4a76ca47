import { z } from 'zod'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { CHECKS, type Check, judgeResponse, type Verdict } from '../../crypto/saml/response.ts'
import type { Deps } from '../../platform/deps.ts'
import { personOf } from './person.ts'
import { termsOf } from './terms.ts'

export const dryRunInput = z
  .object({
    saml_response: z
      .string()
      .min(1)
      .meta({ description: 'The `SAMLResponse` of a form, base64, as a browser posted it.' }),
  })
  .meta({ id: 'SAMLDryRunInput' })

export const dryRunView = z
  .object({
    outcome: z.enum(['accepted', 'late', 'refused']).meta({
      description: '`late`: it is over by now, and would have been accepted when it was issued.',
    }),
    checks: z.array(
      z.object({
        name: z.enum(CHECKS),
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
  .meta({ id: 'SAMLDryRun' })

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
  return {
    outcome: outcomeOf(verdict, inTime),
    checks: verdict.checks.map((check, index) => shownCheck(check, inTime.checks[index])),
    uses_sha1: verdict.usesSha1,
    ...personIn(connection, verdict),
  }
}

function outcomeOf(verdict: Verdict, inTime: Verdict): DryRun['outcome'] {
  if (verdict.kind === 'accepted') return 'accepted'
  return inTime.kind === 'accepted' ? 'late' : 'refused'
}

const shownCheck = (check: Check, inTime: Check | undefined): DryRun['checks'][number] =>
  check.result === 'refused' && inTime?.result === 'passed' ? { ...check, result: 'late' } : check

function personIn(connection: SamlConnection, verdict: Verdict): Pick<DryRun, 'person'> {
  const read = verdict.kind === 'accepted' ? verdict.reading : undefined
  const said = verdict.kind === 'refused' ? verdict.said?.assertion : undefined
  const nameId = read?.nameId ?? said?.nameIds[0]
  if (!nameId) return {}
  const attributes = read?.attributes ?? new Map(said?.attributes)
  const { email, isOfCompany, profile, groups } = personOf(connection, { nameId, attributes })
  return {
    person: {
      name_id: nameId.value,
      ...(nameId.format !== undefined && { name_id_format: nameId.format }),
      ...(email !== undefined && { email }),
      email_domain_allowed: isOfCompany,
      profile,
      groups: [...groups],
      attributes: Object.fromEntries([...attributes].map(([name, values]) => [name, [...values]])),
    },
  }
}
