import { accessFailure, notFound } from '../../core/access/failures.ts'
import { examine } from '../../core/domains/examine.ts'
import { followIssue } from '../../core/domains/jobs.ts'
import { findDomain } from '../../core/domains/store.ts'
import { resident } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { common, failure, ONE, oneParams } from './domains.ts'
import { domainResponse, viewOf } from './view.ts'

/** Each asks name servers and dials an address of the caller's choice. */
export const LOOKS_PER_MINUTE = 30
const looks = resident(() => inProcessLimit(60_000))

export const verify = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/verify`,
  // Prelude's documentation has it under both names.
  formerPaths: [`${ONE}/validate`],
  operationId: 'verifyDomain',
  permission: 'domains:write',
  summary: 'Look now at what stands in DNS for a custom domain, and at its certificate',
  params: oneParams,
  response: domainResponse,
  failures: [notFound, failure.domain_already_taken, accessFailure.rate_limited],

  async handle({ app, params: { domainID }, fail }, deps) {
    if (!looks(deps).take(app.id, LOOKS_PER_MINUTE, deps.monotonic()))
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': '60' } })
    const before = (await findDomain(deps.db, app.id, domainID)) ?? fail(notFound)
    const seen = await examine(deps, before, false)
    if (seen.kind === 'gone') return fail(notFound)
    if (seen.kind === 'taken') return fail(failure.domain_already_taken)
    await followIssue(deps, seen.row)
    return { body: { domain: viewOf(seen.row, deps.config) } }
  },
})
