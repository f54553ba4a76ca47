import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { type Application, hostsOf, isBelowBaseDomain } from '../../core/applications/application.ts'
import { changeApplication } from '../../core/applications/change.ts'
import { updateApplicationHosts } from '../../core/applications/store.ts'
import { problemOfTarget } from '../../core/return-targets/target.ts'
import { undo } from '../../platform/db.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { applicationName } from './applications.ts'
import { allowedOriginList, publicOriginList, redirectUriList, unique } from './origins.ts'
import { APP_PATH, applicationResponse, appParams, TAG, viewOf } from './view.ts'

const failure = failures({
  host_already_taken: ['conflict', 'Another application is reached at one of these hosts.'],
  instance_key_required: [
    'forbidden',
    'Only the operator of the server gives an application a host: use an instance key.',
  ],
})

type Outcome = { kind: 'changed'; app: Application } | { kind: 'host_taken' | 'unknown' }

export const update = endpoint({
  method: 'PATCH',
  path: APP_PATH,
  audience: 'management',
  operationId: 'updateApplication',
  permission: 'applications:write',
  tag: TAG,
  summary: 'Change the name, origins and redirect URIs of an application. A list replaces the one before',
  access: managementKey,
  params: appParams,
  body: z
    .object({
      name: applicationName.optional(),
      public_origins: publicOriginList.optional(),
      allowed_origins: allowedOriginList.optional(),
      redirect_uris: redirectUriList.optional(),
    })
    .meta({ id: 'UpdateApplicationRequest' }),
  response: applicationResponse,
  failures: [universal.invalid_request, failure.instance_key_required, notFound, failure.host_already_taken],

  async handle({ app, byOperator, body, fail }, deps) {
    const { name, public_origins: publicOrigins, allowed_origins: allowedOrigins, redirect_uris: redirectUris } = body
    const hosts = publicOrigins && hostsOf(publicOrigins)
    if (hosts?.some((host) => isBelowBaseDomain(host, deps.config))) {
      const message = `body.public_origins: names below ${deps.config.baseDomain} belong to the ids of applications`
      return fail(universal.invalid_request, { message })
    }
    const problem = problemOfTargets(redirectUris ?? [], app)
    if (problem) return fail(universal.invalid_request, { message: problem })
    // Whoever holds one application's key must not catch the clients of a host that another application is about to have.
    const held = hostsOf(app.publicOrigins)
    if (!byOperator && hosts?.some((host) => !held.includes(host))) return fail(failure.instance_key_required)
    const change = {
      ...(name !== undefined && { name }),
      ...(publicOrigins && { publicOrigins }),
      ...(allowedOrigins && { allowedOrigins }),
      ...(redirectUris && { redirectUris: unique(redirectUris) }),
    }

    const outcome = await deps.transact<Outcome>(async (tx) => {
      const changed = await changeApplication(tx, deps, app.id, () => change)
      if (!changed) return { kind: 'unknown' }
      const taken = hosts && (await updateApplicationHosts(tx, app.id, hosts))
      return taken === undefined ? { kind: 'changed', app: changed } : undo<Outcome>({ kind: 'host_taken' })
    })

    if (outcome.kind === 'host_taken') return fail(failure.host_already_taken)
    return outcome.kind === 'changed' ? { body: { application: viewOf(outcome.app) } } : fail(notFound)
  },
})

function problemOfTargets(entries: readonly string[], { mode }: Application): string | undefined {
  const problems = entries.map((entry) => problemOfTarget(entry, mode))
  const first = problems.findIndex((problem) => problem !== undefined)
  return first < 0 ? undefined : `body.redirect_uris[${first}]: ${problems[first]}`
}
