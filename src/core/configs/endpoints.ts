import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { type Failure, universal } from '../../platform/failure.ts'
import { notFound } from '../access/failures.ts'
import { managementKey } from '../access/management-key.ts'
import type { ConfigStore } from './store.ts'

interface ConfigSpec<S extends z.ZodType, R extends z.ZodType, C> {
  readonly store: ConfigStore<C>
  readonly path: string
  readonly tag: string
  /** `StepUp` makes `createStepUpConfig`, `getStepUpConfig`, `updateStepUpConfig` and `deleteStepUpConfig`. */
  readonly name: string
  readonly summaries: Readonly<Record<'create' | 'read' | 'replace' | 'remove', string>>
  readonly body: S
  /** Of `{ config }`: what is shown of what is stored, with `created_at` and `updated_at`. */
  readonly response: R
  readonly alreadyExists: Failure
  /** What is stored of a body, in place of `before`; or what is wrong with it besides its shape, naming the place. */
  take(body: z.output<S>, where: { deps: Deps; appId: string; before: C | undefined }): Taken<C>
  /** What is shown of what is stored: all of it, unless there are secrets in it. */
  shown?(config: C): object
}

export type Taken<C> = { readonly config: C } | { readonly problem: string }

/** Store a body as it is, unless something is wrong with it. */
export const takeWhole =
  <C>(problemOf: (config: C, deps: Deps) => string | undefined) =>
  (config: C, { deps }: { deps: Deps }): Taken<C> => {
    const problem = problemOf(config, deps)
    return problem === undefined ? { config } : { problem }
  }

const params = z.object({ appID: z.string() })

/** The four operations on a configuration of which an application has one: create, read, replace, delete. */
export function configEndpoints<S extends z.ZodType, R extends z.ZodType, C>(
  spec: ConfigSpec<S, R, C>,
): readonly Endpoint[] {
  const { store, path, tag, name, summaries, body, response, alreadyExists, take } = spec
  const shown = spec.shown ?? ((config: C) => config as object)
  const common = { path, audience: 'management', tag, access: managementKey, params } as const

  /** The response schema checks it on the way out. */
  const view = (config: C, createdAt: number, updatedAt: number) => {
    const times = { created_at: rfc3339(createdAt), updated_at: rfc3339(updatedAt) }
    return { body: { config: { ...shown(config), ...times } } as z.input<R> }
  }
  return [
    endpoint({
      ...common,
      method: 'POST',
      operationId: `create${name}Config`,
      summary: summaries.create,
      body,
      response,
      status: 201,
      failures: [universal.invalid_request, alreadyExists],
      async handle({ app, body: given, fail }, deps) {
        const taken = take(given as z.output<S>, { deps, appId: app.id, before: undefined })
        if ('problem' in taken) return fail(universal.invalid_request, { message: taken.problem })
        const now = deps.now()
        const inserted = await deps.transact((tx) => store.insert(tx, app.id, taken.config, now))
        return inserted ? view(taken.config, now, now) : fail(alreadyExists)
      },
    }),
    endpoint({
      ...common,
      method: 'GET',
      operationId: `get${name}Config`,
      summary: summaries.read,
      response,
      failures: [notFound],
      async handle({ app, fail }, deps) {
        const stored = await store.find(deps.db, app.id)
        return stored ? view(stored.config, stored.createdAt, stored.updatedAt) : fail(notFound)
      },
    }),
    endpoint({
      ...common,
      method: 'PUT',
      operationId: `update${name}Config`,
      summary: summaries.replace,
      body,
      response,
      failures: [universal.invalid_request, notFound],
      async handle({ app, body: given, fail }, deps) {
        const before = (await store.find(deps.db, app.id))?.config
        const taken = take(given as z.output<S>, { deps, appId: app.id, before })
        if ('problem' in taken) return fail(universal.invalid_request, { message: taken.problem })
        const now = deps.now()
        const createdAt = await deps.transact((tx) => store.update(tx, app.id, taken.config, now))
        return createdAt === undefined ? fail(notFound) : view(taken.config, createdAt, now)
      },
    }),
    endpoint({
      ...common,
      method: 'DELETE',
      operationId: `delete${name}Config`,
      summary: summaries.remove,
      response: noContent,
      failures: [notFound],
      async handle({ app, fail }, deps) {
        const deleted = await deps.transact((tx) => store.delete(tx, app.id))
        return deleted ? {} : fail(notFound)
      },
    }),
  ]
}
