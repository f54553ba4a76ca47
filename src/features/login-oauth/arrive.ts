import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { openAttempt } from '../../core/attempts/attempt.ts'
import type { LoginAttemptRow } from '../../core/attempts/tables.ts'
import { issueEmailLink, issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { policyOf } from '../../core/federation/config.ts'
import { findOAuthConfig } from '../../core/federation/config-store.ts'
import { findDiversion } from '../../core/federation/diversion.ts'
import { type FederatedHolding, holdAccount, type ShownAccount } from '../../core/federation/hold.ts'
import { breaker } from '../../core/hooks/breaker.ts'
import { isWrittenAs, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { validateAnswer } from '../../core/oauth/authorization.ts'
import { type Binding, exchange } from '../../core/oauth/exchange.ts'
import type { FederatedAccount, Json } from '../../core/oauth/provider.ts'
import { countUp } from '../../core/rollups/count.ts'
import { beginSamlLogin } from '../../core/saml-connections/begin.ts'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { type Raced, settle } from '../../core/users/settle.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { type ConfiguredClient, openClient } from './configured-client.ts'
import { speaksFor } from './speaks-for.ts'
import { errorParameters, type ProviderAnswer, type ReturnedError, returnedErrorOf } from './wire.ts'

/** What goes on to the app with the browser. */
type Parameters = Readonly<Record<string, string>>

export type Arrival =
  /** The answer is not one to this login: nothing is used up by it. */
  | { kind: 'unfit'; error: ReturnedError }
  /** `work` is to be done once. `show`: whose account the answer shows, with nothing done about it. */
  | { kind: 'fit'; work: () => Promise<Done>; show: () => Promise<string | undefined> }

/** Where the browser goes on to: to the app with these parameters, or to the login of a company. */
type Next = { readonly parameters: Parameters } | { readonly location: string }

/** `who`: whose account was shown, if one was. */
export type Done = Next & { readonly who?: string }

const bindingShape = z.object({
  verifier: z.string(),
  nonce: z.string(),
  callbackUrl: z.string(),
  configId: z.string(),
})

const breakers = resident(() => breaker())

/** Judge what a provider's page sent along with the browser, and say what is to be done about it. */
export async function arrive(
  deps: Deps,
  app: Application,
  attempt: LoginAttemptRow,
  answer: ProviderAnswer,
): Promise<Arrival> {
  const binding = bindingShape.safeParse(openAttempt(deps, attempt)).data
  const row = binding && (await findOAuthConfig(deps.db, app.id, binding.configId))
  if (!row) return { kind: 'unfit', error: 'server_error' }
  const opened = await openClient(deps, row)
  const tell = (cause: string) => {
    countUp(deps, app.id, 'login_refused', { way: 'provider' })
    deps.log.warn({ app: app.id, provider: row.id, cause }, 'a login by a provider failed')
  }
  if (opened.kind === 'unavailable') {
    tell(opened.cause)
    return { kind: 'unfit', error: 'server_error' }
  }
  const { client } = opened
  if (!client.config.enabled) return { kind: 'unfit', error: 'access_denied' }
  const error = answer.error ?? answer.error_code
  if (error !== undefined) {
    // A stranger's word: it is told only when it looks like one.
    if (/^\w{1,64}$/.test(error)) tell(`the provider says ${error}`)
    const parameters = errorParameters(returnedErrorOf(error))
    return { kind: 'fit', work: async () => ({ parameters }), show: async () => undefined }
  }
  const validated = validateAnswer(deps, client, answer, answer.state)
  if (!validated) return { kind: 'unfit', error: 'invalid_request' }
  if (!breakers(deps).mayCall(`${app.id} ${row.id}`, deps.monotonic()))
    return { kind: 'unfit', error: 'temporarily_unavailable' }
  const answered = { answer, validated, binding, tell }
  return {
    kind: 'fit',
    async work() {
      const shown = await show(deps, app, client, row.id, answered)
      if ('error' in shown) return { parameters: errorParameters(shown.error) }
      return { ...(await logIn(deps, app, attempt, client, row.id, shown)), who: whoOf(shown) }
    },
    async show() {
      const shown = await show(deps, app, client, row.id, answered)
      return 'error' in shown ? undefined : whoOf(shown)
    },
  }
}

interface Answered {
  readonly answer: ProviderAnswer
  readonly validated: URLSearchParams
  readonly binding: Binding
  tell(cause: string): void
}

type Shown = ShownAccount & { readonly amr: readonly string[] }

const whoOf = ({ identity: { provider, issuer, subject } }: ShownAccount) => JSON.stringify([provider, issuer, subject])

/** Exchange the answer for the account that it shows, and that this connection may speak for. */
async function show(
  deps: Deps,
  app: Application,
  client: ConfiguredClient,
  configId: string,
  { answer, validated, binding, tell }: Answered,
): Promise<Shown | { error: ReturnedError }> {
  const exchanged = await exchange(deps, client, validated, binding, readForm(answer.user))
  breakers(deps).note(`${app.id} ${configId}`, exchanged.kind === 'account' || !exchanged.isDown, deps.monotonic())
  if (exchanged.kind === 'failed') {
    tell(exchanged.cause)
    return { error: 'server_error' }
  }
  const shown = await shownBy(client, configId, exchanged.account)
  if (!speaksFor(client.config, client.provider.name, shown, exchanged.account)) {
    tell('the account is none of the connection’s domains')
    return { error: 'oauth_email_domain_not_allowed' }
  }
  return { ...shown, amr: ['fed', ...exchanged.account.amr] }
}

async function logIn(
  deps: Deps,
  app: Application,
  attempt: LoginAttemptRow,
  client: ConfiguredClient,
  configId: string,
  { amr, ...shown }: Shown,
): Promise<Next> {
  const policy = policyOf(app, client.config)
  const holding = await settle<Exclude<FederatedHolding, Raced> | Diverted>(deps, async (tx) => {
    const company = await findDiversion(tx, app.id, shown, policy)
    return company ? { kind: 'diverted', company } : await holdAccount(tx, deps, app.id, shown, policy)
  })
  // The mobile SDKs do not keep the verifier while their user reads the mail. Pages do, and their addresses are for everybody to call.
  const isOfAnApp = !/^https?:/.test(attempt.redirect_uri)
  const login = { amr, codeChallenge: attempt.code_challenge, grantedScopes: client.config.granted_scopes }
  switch (holding.kind) {
    case 'held': {
      const proof = { userId: holding.userId, identity: shown.identity, ...login }
      return { parameters: { challenge_token: await issueLoginChallenge(deps, app, proof) } }
    }
    case 'ask': {
      const challenge_token = await linkToken(deps, app, configId, shown, { ...login, isOfAnApp })
      return { parameters: { challenge_token, status: 'otp_required' } }
    }
    case 'diverted':
      return { location: await beginSamlLogin(deps, app.id, holding.company, startOf(attempt)) }
    case 'taken':
      return { parameters: errorParameters('email_already_in_use') }
    case 'refused':
      return { parameters: errorParameters('access_denied') }
  }
}

/** Whoever showed the account must come in by their company's own login: nothing is done about the account. */
type Diverted = { kind: 'diverted'; company: SamlConnection }

/** The login that goes on elsewhere, as its client began it. */
const startOf = ({ redirect_uri, code_challenge, dispatch_id }: LoginAttemptRow) => ({
  redirectUri: redirect_uri,
  codeChallenge: code_challenge,
  dispatchId: dispatch_id ?? undefined,
})

function readForm(user: string | undefined): Json | undefined {
  try {
    const said: unknown = JSON.parse(user ?? '')
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Json) : undefined
  } catch {
    return undefined
  }
}

/** An address that is none, or could be another one's by how it is written, is as good as absent. */
async function shownBy(
  { provider }: ConfiguredClient,
  configId: string,
  account: FederatedAccount,
): Promise<ShownAccount> {
  const { issuer, subject, altSubject, profile } = account
  const email = account.email && (await normaliseIdentifier({ type: 'email_address', value: account.email.value }))
  return {
    identity: { provider: configId, issuer, subject, altSubject, email: email?.value },
    email: email && {
      ...email,
      isVerified: account.email?.isVerified === true && isWrittenAs(email, account.email.value),
    },
    profile,
    source: `oauth:${provider.name}`,
  }
}

interface Login {
  readonly amr: readonly string[]
  readonly codeChallenge: string
  readonly grantedScopes: readonly string[]
  /** Whether it returns to an app, by a scheme of its own. */
  readonly isOfAnApp: boolean
}

function linkToken(
  deps: Deps,
  app: Application,
  configId: string,
  { identity, email, profile }: ShownAccount,
  { amr, codeChallenge, grantedScopes, isOfAnApp }: Login,
): Promise<string> {
  const { provider, issuer, subject, altSubject } = identity
  return issueEmailLink(deps, app, {
    amr: [...amr],
    granted_scopes: [...grantedScopes],
    identity: { provider, issuer, subject, ...(altSubject !== undefined && { alt_subject: altSubject }) },
    config_id: configId,
    profile: { ...profile } as Record<string, string>,
    metadata: { oauth_email: email?.value ?? '' },
    pkce_challenge: codeChallenge,
    verifier_optional: isOfAnApp,
  })
}
