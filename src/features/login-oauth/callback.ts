import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { findReturned, finishAttempt } from '../../core/attempts/attempt.ts'
import { isListed, locationOf } from '../../core/return-targets/target.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest, redirection } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { arrive } from './arrive.ts'
import { consumeStart } from './begin.ts'
import { callbackParams, errorParameters, type ProviderAnswer, providerAnswer, TAG } from './wire.ts'

const common = {
  path: '/v1/session/login/oauth/{provider}/callback',
  audience: 'frontend',
  tag: TAG,
  access: open,
  params: callbackParams,
  response: redirection,
  failures: [universal.bad_request],
} as const

export const callbackByQuery = endpoint({
  ...common,
  method: 'GET',
  operationId: 'oauthCallbackGet',
  signIn: 'provider',
  summary:
    'Where a provider sends the browser back to. The browser goes on to the app with a challenge token, or an error',
  query: providerAnswer,
  async handle({ app, params: { provider }, query, request, fail }, deps) {
    const location = await comeBack(deps, app, request, provider, query)
    return location === undefined ? fail(universal.bad_request) : { location }
  },
})

export const callbackByForm = endpoint({
  ...common,
  method: 'POST',
  operationId: 'oauthCallbackPost',
  signIn: 'provider',
  summary: 'The same, for providers that have the browser post their answer: Apple',
  body: providerAnswer,
  form: true,
  async handle({ app, params: { provider }, body, request, fail }, deps) {
    const location = await comeBack(deps, app, request, provider, body)
    return location === undefined ? fail(universal.bad_request) : { location }
  },
})

/** Where the browser goes on to; undefined when nothing says where, or that place may not be gone to any more. */
async function comeBack(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  provider: string,
  answer: ProviderAnswer,
): Promise<string | undefined> {
  const answered = { state: answer.state, answer: JSON.stringify([answer.code, answer.error, answer.error_code]) }
  const returned = await findReturned(deps, app.id, answered)
  if (returned.kind === 'unknown' || returned.attempt.kind !== 'oauth') return undefined
  const { attempt } = returned
  if (attempt.provider !== provider || !isListed(attempt.redirect_uri, app)) return undefined
  if (returned.kind === 'finished') return returned.location
  const goOn = (parameters: Readonly<Record<string, string>>) => locationOf(attempt.redirect_uri, parameters)
  const isElse = returned.kind === 'finished_otherwise'
  // Of those as many as logins may be begun, for each is asked of the provider.
  if (isElse && !(await deps.transact((tx) => consumeStart(tx, deps, app, request))))
    return goOn(errorParameters('invalid_request'))
  const arrival = await arrive(deps, app, attempt, answer)
  if (arrival.kind === 'unfit') return goOn(errorParameters(arrival.error))
  if (isElse)
    return (await arrival.show()) === returned.who ? returned.location : goOn(errorParameters('invalid_request'))
  const location = await finishAttempt(deps, attempt, answered.answer, async () => {
    const done = await arrival.work()
    return { location: 'location' in done ? done.location : goOn(done.parameters), who: done.who }
  })
  return location ?? goOn(errorParameters('server_error'))
}
