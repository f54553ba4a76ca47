import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { companyAttemptOf, companyCookie, noCompanyCookie, sessionCookie, visitor } from '../../core/access/operator.ts'
import { authorizationUrl, newBinding, validateAnswer } from '../../core/oauth/authorization.ts'
import { exchange } from '../../core/oauth/exchange.ts'
import {
  type CompanyAttempt,
  newCompanyAttempt,
  openCompanyAttempt,
  sealCompanyAttempt,
} from '../../core/operators/company-attempt.ts'
import { newLogin, openCompanyClient, verifiedEmailOf } from '../../core/operators/company-client.ts'
import { type CompanyAccount, type EntryRefusal, enterByCompany } from '../../core/operators/company-login.ts'
import { originOf } from '../../core/operators/relying-party.ts'
import { consumeCeremony } from '../../core/operators/store/passkeys.ts'
import { equalText } from '../../crypto/hash.ts'
import type { Company } from '../../platform/config-company.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest, redirection } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { logSampled } from '../../platform/sampled-log.ts'
import { letIn, noteOperator } from './sign-in.ts'

const PATH = '/console/company'
const common = { audience: 'console', tag: 'Console', access: visitor, response: redirection } as const

/** Why nobody was let in, in the words of `console/src/shell/company.tsx`. */
type RefusalWord = EntryRefusal | 'unavailable' | 'declined' | 'unfit'

/** Why nobody is let in. */
interface Refused {
  readonly kind: 'refused'
  readonly why: RefusalWord
  /** For the log. */
  readonly reason: string
}

/** To the login page, which says it in a sentence. Nothing that the provider says goes along. */
function toLogin(deps: Deps, { why, reason }: Pick<Refused, 'why' | 'reason'>) {
  logSampled(deps, 'warn', ['console', why], { why, reason }, 'a login by the company was refused at the console')
  return { location: `/?error=company_${why}` }
}

export const beginCompany = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  operationId: 'beginCompanyLogin',
  summary: 'Sign in by the company’s OpenID provider, to which the browser goes on',
  failures: [notFound],
  async handle({ request, session, fail }, deps) {
    const { consoleCompany: company, consoleHost } = deps.config
    if (!company) return fail(notFound)
    const opened = await openCompanyClient(deps, company)
    if (opened.kind === 'unavailable') return toLogin(deps, { why: 'unavailable', reason: opened.reason })
    const callbackUrl = `${originOf(consoleHost ?? request.authority, deps.config)}${PATH}/callback`
    const binding = newBinding(deps, callbackUrl)
    const previous = session && { operator_id: session.row.operator_id, hash: session.row.hash }
    const attempt = newCompanyAttempt(deps, { issuer: company.issuer, binding, previous })
    const location = authorizationUrl(opened.client, binding, attempt.state, newLogin(opened.client))
    return { location, cookies: [companyCookie(sealCompanyAttempt(deps, attempt))] }
  },
})

const answerShape = z.object({
  state: z.string().max(200).optional(),
  code: z.string().max(4_096).optional(),
  error: z.string().max(256).optional(),
  iss: z.string().max(2_000).optional(),
})

type CompanyAnswer = z.output<typeof answerShape>

export const finishCompany = endpoint({
  ...common,
  method: 'GET',
  path: `${PATH}/callback`,
  operationId: 'finishCompanyLogin',
  summary: 'Where the company’s provider sends the browser back to, which then is signed in, or told why not',
  query: answerShape,
  failures: [notFound, universal.invalid_request],
  async handle({ request, query, fail }, deps) {
    const company = deps.config.consoleCompany
    if (!company) return fail(notFound)
    const attempt = openCompanyAttempt(deps, companyAttemptOf(request))
    if (attempt?.issuer !== company.issuer || !equalText(attempt.state, query.state ?? ''))
      return toLogin(deps, { why: 'unfit', reason: 'it answers no login that this browser has begun' })
    const shown = await show(deps, company, attempt, query)
    const entered =
      shown.kind === 'shown' ? await deps.transact((tx) => enter(tx, deps, request, attempt, shown)) : shown
    if (entered.kind === 'refused') return { ...toLogin(deps, entered), cookies: [noCompanyCookie] }
    // A page of another site leads here, so that no strict cookie is sent with what it leads to; the page there sends it with what it asks.
    return { location: '/', cookies: [sessionCookie(entered.token), noCompanyCookie] }
  },
})

/** RFC 6749 §4.1.2.1. */
const IS_DOWN = ['server_error', 'temporarily_unavailable']

interface Shown {
  readonly kind: 'shown'
  readonly account: CompanyAccount
  /** Unix ms. */
  readonly provenAt: number
}

/** The account that an answer shows. Nothing is written. */
async function show(
  deps: Deps,
  company: Company,
  { state, binding }: CompanyAttempt,
  { code, iss, error }: CompanyAnswer,
): Promise<Shown | Refused> {
  // A stranger's word: it is told only when it looks like one.
  if (error !== undefined) {
    const word = /^\w{1,64}$/.test(error) ? error : 'an error without a name'
    return {
      kind: 'refused',
      why: IS_DOWN.includes(error) ? 'unavailable' : 'declined',
      reason: `the provider says ${word}`,
    }
  }
  const opened = await openCompanyClient(deps, company)
  if (opened.kind === 'unavailable') return { kind: 'refused', why: 'unavailable', reason: opened.reason }
  const validated = validateAnswer(deps, opened.client, { state, code, iss }, state)
  if (!validated) return { kind: 'refused', why: 'unfit', reason: 'the answer is none, or another issuer’s' }
  const exchanged = await exchange(deps, opened.client, validated, binding, undefined)
  if (exchanged.kind === 'failed') {
    const { isDown, cause } = exchanged
    return { kind: 'refused', why: isDown ? 'unavailable' : 'unfit', reason: cause }
  }
  const { account, idToken } = exchanged
  const verifiedEmail = verifiedEmailOf(opened.client, account)
  const shown = { issuer: company.issuer, subject: account.subject, verifiedEmail }
  return { kind: 'shown', account: shown, provenAt: provenAtOf(idToken?.auth_time, deps.now()) }
}

/** When the provider saw them prove who they are; long ago where it does not say. */
const provenAtOf = (authTime: unknown, now: number): number =>
  typeof authTime === 'number' && authTime > 0 ? Math.min(Math.floor(authTime * 1000), now) : 0

async function enter(
  tx: Tx,
  deps: Deps,
  request: HttpRequest,
  { jti, expiresAt, previous }: CompanyAttempt,
  { account, provenAt }: Shown,
): Promise<Refused | { readonly kind: 'in'; readonly token: string }> {
  if (!(await consumeCeremony(tx, { jti, expires_at: expiresAt })))
    return { kind: 'refused', why: 'unfit', reason: 'it was answered before' }
  const entry = await enterByCompany(tx, deps, account)
  if (entry.kind === 'refused') return { ...entry, reason: 'the roster does not let them in' }
  const { operatorId } = entry
  if (entry.kind === 'link')
    await noteOperator(tx, deps, request, operatorId, 'linkCompany', { issuer: account.issuer })
  const session = { operatorId, method: 'company', provenAt, previous } as const
  return { kind: 'in', token: await letIn(tx, deps, request, session) }
}
