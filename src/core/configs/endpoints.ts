import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { type Failure, universal } from '../../platform/failure.ts'
import { notFound } from '../access/failures.ts'
import { managementKey } from '../access/management-key.ts'
import type { ConfigStore } from './store.ts'

interface ConfigSpec<S extends z.ZodType, R extends z.ZodType> {
  readonly store: ConfigStore<z.output<S>>
  readonly path: string
  readonly tag: string
  /** `StepUp` makes `createStepUpConfig`, `getStepUpConfig`, `updateStepUpConfig` and `deleteStepUpConfig`. */
  readonly name: string
  readonly summaries: Readonly<Record<'create' | 'read' | 'replace' | 'remove', string>>
  readonly body: S
  /** Of `{ config }`: what `body` reads, with `created_at` and `updated_at`. */
  readonly response: R
  readonly alreadyExists: Failure
  /** What is wrong with a configuration besides its shape, naming the place. */
  problemOf(config: z.output<S>, deps: Deps): string | undefined
}

const params = z.object({ appID: z.string() })

/** The four operations on a configuration of which an application has one: create, read, replace, delete. */
export function configEndpoints<S extends z.ZodType, R extends z.ZodType>(spec: ConfigSpec<S, R>): readonly Endpoint[] {
  const { store, path, tag, name, summaries, body, response, alreadyExists, problemOf } = spec
  const common = { path, audience: 'management', tag, access: managementKey, params } as const

  /** The response schema checks it on the way out. */
  const view = (config: z.output<S>, createdAt: number, updatedAt: number) => {
    const times = { created_at: rfc3339(createdAt), updated_at: rfc3339(updatedAt) }
    return { body: { config: { ...(config as object), ...times } } as z.input<R> }
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
      async handle({ app, body: config, fail }, deps) {
        const problem = problemOf(config as z.output<S>, deps)
        if (problem) return fail(universal.invalid_request, { message: problem })
        const now = deps.now()
        const inserted = await deps.transact((tx) => store.insert(tx, app.id, config as z.output<S>, now))
        return inserted ? view(config as z.output<S>, now, now) : fail(alreadyExists)
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
      async handle({ app, body: config, fail }, deps) {
        const problem = problemOf(config as z.output<S>, deps)
        if (problem) return fail(universal.invalid_request, { message: problem })
        const now = deps.now()
        const createdAt = await deps.transact((tx) => store.update(tx, app.id, config as z.output<S>, now))
        return createdAt === undefined ? fail(notFound) : view(config as z.output<S>, createdAt, now)
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
