import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { type Failure, universal } from '../../platform/failure.ts'
import { notFound } from '../access/failures.ts'
import { managementKey } from '../access/management-key.ts'
import { tellChange } from '../audit/audited.ts'
import type { ConfigStore } from './store.ts'

type Operation = 'create' | 'read' | 'replace' | 'remove'

/** What the operations on a configuration know of it. */
interface Configured<R extends z.ZodType, C, O extends Operation> {
  readonly store: ConfigStore<C>
  readonly path: string
  readonly tag: string
  /** `StepUp` makes `createStepUpConfig`, `getStepUpConfig`, `updateStepUpConfig` and `deleteStepUpConfig`. */
  readonly name: string
  readonly summaries: Readonly<Record<O, string>>
  /** Of `{ config }`: what is shown of what is stored, with `created_at` and `updated_at`. */
  readonly response: R
  /** What is shown of what is stored: all of it, unless there are secrets in it. */
  shown?(config: C): object
}

interface ConfigSpec<S extends z.ZodType, R extends z.ZodType, C> extends Configured<R, C, Operation> {
  readonly body: S
  readonly alreadyExists: Failure
  /** What is stored of a body, in place of `before`; or what is wrong with it besides its shape, naming the place. */
  take(body: z.output<S>, where: { deps: Deps; appId: string; before: C | undefined }): Taken<C>
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

/** What is said of every operation on a configuration. */
export const commonOf = ({ path, tag }: { readonly path: string; readonly tag: string }) =>
  ({ path, audience: 'management', tag, access: managementKey, params }) as const

/** A configuration as it is answered, with its times: Unix ms. */
export const withTimes = <C extends object>(config: C, createdAt: number, updatedAt: number) => ({
  ...config,
  created_at: rfc3339(createdAt),
  updated_at: rfc3339(updatedAt),
})

/** The response schema checks it on the way out. */
function viewOf<R extends z.ZodType, C>(
  { shown }: Pick<Configured<R, C, never>, 'shown'>,
  config: C,
  createdAt: number,
  updatedAt: number,
) {
  const visible = shown ? shown(config) : (config as object)
  return { body: { config: withTimes(visible, createdAt, updatedAt) } as z.input<R> }
}

/** The four operations on a configuration of which an application has one: create, read, replace, delete. */
export const configEndpoints = <S extends z.ZodType, R extends z.ZodType, C>(
  spec: ConfigSpec<S, R, C>,
): readonly Endpoint[] => [createConfig(spec), readConfig(spec), replaceConfig(spec), removeConfig(spec)]

function createConfig<S extends z.ZodType, R extends z.ZodType, C>(spec: ConfigSpec<S, R, C>): Endpoint {
  const { store, name, summaries, body, response, alreadyExists, take } = spec
  return endpoint({
    ...commonOf(spec),
    method: 'POST',
    operationId: `create${name}Config`,
    permission: 'config:write',
    summary: summaries.create,
    body,
    response,
    status: 201,
    failures: [universal.invalid_request, alreadyExists],
    async handle({ app, body: given, fail }, deps) {
      const taken = take(given as z.output<S>, { deps, appId: app.id, before: undefined })
      if ('problem' in taken) return fail(universal.invalid_request, { message: taken.problem })
      const now = deps.now()
      tellChange(deps, { after: taken.config as object, shown: spec.shown })
      const inserted = await deps.transact((tx) => store.insert(tx, app.id, taken.config, now))
      return inserted ? viewOf(spec, taken.config, now, now) : fail(alreadyExists)
    },
  })
}

export function readConfig<R extends z.ZodType, C>(spec: Configured<R, C, 'read'>): Endpoint {
  const { store, name, summaries, response } = spec
  return endpoint({
    ...commonOf(spec),
    method: 'GET',
    operationId: `get${name}Config`,
    permission: 'config:read',
    summary: summaries.read,
    response,
    failures: [notFound],
    async handle({ app, fail }, deps) {
      const stored = await store.find(deps.db, app.id)
      return stored ? viewOf(spec, stored.config, stored.createdAt, stored.updatedAt) : fail(notFound)
    },
  })
}

function replaceConfig<S extends z.ZodType, R extends z.ZodType, C>(spec: ConfigSpec<S, R, C>): Endpoint {
  const { store, name, summaries, body, response, take } = spec
  return endpoint({
    ...commonOf(spec),
    method: 'PUT',
    operationId: `update${name}Config`,
    permission: 'config:write',
    summary: summaries.replace,
    body,
    response,
    failures: [universal.invalid_request, notFound],
    async handle({ app, body: given, fail }, deps) {
      const before = (await store.find(deps.db, app.id))?.config
      const taken = take(given as z.output<S>, { deps, appId: app.id, before })
      if ('problem' in taken) return fail(universal.invalid_request, { message: taken.problem })
      const now = deps.now()
      const createdAt = await deps.transact(async (tx) => {
        const replaced = await store.find(tx, app.id)
        const difference = { before: replaced?.config as object, after: taken.config as object }
        tellChange(deps, { ...difference, shown: spec.shown })
        return await store.update(tx, app.id, taken.config, now)
      })
      return createdAt === undefined ? fail(notFound) : viewOf(spec, taken.config, createdAt, now)
    },
  })
}

export function removeConfig<C>(spec: Configured<z.ZodType, C, 'remove'>): Endpoint {
  const { store, name, summaries } = spec
  return endpoint({
    ...commonOf(spec),
    method: 'DELETE',
    operationId: `delete${name}Config`,
    permission: 'config:write',
    summary: summaries.remove,
    response: noContent,
    failures: [notFound],
    async handle({ app, fail }, deps) {
      const deleted = await deps.transact(async (tx) => {
        tellChange(deps, { before: (await store.find(tx, app.id))?.config as object, shown: spec.shown })
        return await store.delete(tx, app.id)
      })
      return deleted ? {} : fail(notFound)
    },
  })
}
