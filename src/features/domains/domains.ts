import { z } from 'zod'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { releaseDomain } from '../../core/domains/claim.ts'
import { deleteDomain, findDomain, listDomains } from '../../core/domains/store.ts'
import { resident } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { add, MAX_DOMAINS } from './add.ts'
import { domainResponse, domainView, viewOf } from './view.ts'

export const PATH = '/v2/session/apps/{appID}/domains'
export const ONE = `${PATH}/{domainID}`

export const failure = failures({
  domain_already_exists: ['conflict', 'The application has this domain already.'],
  domain_already_taken: [
    'conflict',
    'Another application is reached at this name. Remove it there; it is also free again once it was unproven for thirty days.',
  ],
  too_many_domains: ['conflict', `An application has at most ${MAX_DOMAINS} domains.`],
})

export const common = { audience: 'management', tag: 'Domains', access: managementKey } as const
const params = z.object({ appID: z.string() })
export const oneParams = params.extend({ domainID: z.string().max(64) })

export const list = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  operationId: 'listDomains',
  permission: 'domains:read',
  summary: 'List the custom domains of an application, oldest first',
  params,
  response: z.object({ domains: z.array(domainView) }).meta({ id: 'DomainsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    return { body: { domains: (await listDomains(deps.db, app.id)).map((row) => viewOf(row, deps.config)) } }
  },
})

const DAY_MS = 86_400_000
/** Each may be worth a certificate, of which authorities give the operator so many: whoever owns a wildcard could add and delete names without end. */
export const NAMES_PER_DAY = 200
export const newNames = resident(() => inProcessLimit(DAY_MS))

export const create = endpoint({
  ...common,
  method: 'POST',
  path: PATH,
  operationId: 'createDomain',
  permission: 'domains:write',
  summary: 'Add a custom domain. Its records go into DNS; it is answered once they are seen there',
  params,
  body: z
    .object({ domain: z.string().max(255).meta({ description: 'RFC 1035; without wildcard and trailing dot.' }) })
    .meta({ id: 'CreateDomainRequest', examples: [{ domain: 'login.shop.example' }] }),
  response: domainResponse,
  status: 201,
  failures: [
    universal.invalid_request,
    failure.domain_already_exists,
    failure.domain_already_taken,
    failure.too_many_domains,
    accessFailure.rate_limited,
  ],

  async handle({ app, body, fail }, deps) {
    if (!newNames(deps).take(app.id, NAMES_PER_DAY, deps.monotonic()))
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': '3600' } })
    const added = await add(deps, app, body.domain)
    if (added.kind === 'refused') return fail(universal.invalid_request, { message: `body.domain: ${added.problem}` })
    if (added.kind === 'exists') return fail(failure.domain_already_exists)
    if (added.kind === 'taken') return fail(failure.domain_already_taken)
    if (added.kind === 'too_many') return fail(failure.too_many_domains)
    return { body: { domain: viewOf(added.row, deps.config) } }
  },
})

export const read = endpoint({
  ...common,
  method: 'GET',
  path: ONE,
  operationId: 'getDomain',
  permission: 'domains:read',
  summary: 'Read a custom domain, with what the last look saw',
  params: oneParams,
  response: domainResponse,
  failures: [notFound],

  async handle({ app, params: { domainID }, fail }, deps) {
    const row = (await findDomain(deps.db, app.id, domainID)) ?? fail(notFound)
    return { body: { domain: viewOf(row, deps.config) } }
  },
})

export const remove = endpoint({
  ...common,
  method: 'DELETE',
  path: ONE,
  operationId: 'deleteDomain',
  permission: 'domains:write',
  summary: 'Remove a custom domain. It is answered no more',
  params: oneParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params: { domainID }, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      const row = await deleteDomain(tx, app.id, domainID)
      if (row) await releaseDomain(tx, deps, row)
      tellChange(deps, { before: { domain: row?.domain } })
      return row !== undefined
    })
    return deleted ? {} : fail(notFound)
  },
})
