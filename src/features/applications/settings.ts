import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { changeApplication } from '../../core/applications/change.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { judgeInput } from '../../platform/judge-input.ts'
import { type Settings, type SettingsHolder, settingsCatalogue, settingsOf } from '../../platform/settings.ts'
import { APP_PATH, appParams, TAG } from './view.ts'

type Catalogue = ReadonlyMap<string, Settings>

const groupName = z.string().max(64)
const groups = z.record(groupName, z.record(z.string().max(64), z.unknown()))
type Groups = z.output<typeof groups>

const settingsResponse = z
  .object({ settings: groups.meta({ description: 'Every setting with the value in force, by group.' }) })
  .meta({ id: 'SettingsResponse' })

const viewOf = (catalogue: Catalogue, holder: SettingsHolder) => {
  const entries = [...catalogue.values()].map((group) => [group.name, { ...settingsOf(holder, group) }])
  return { settings: Object.fromEntries(entries) as Groups }
}

/** What is wrong with a change, by its place; undefined when nothing is. */
function findProblem(catalogue: Catalogue, change: Groups): string | undefined {
  for (const [name, members] of Object.entries(change)) {
    const shape = catalogue.get(name)?.schema.shape
    if (!shape) return `body.settings.${name}: is no group of settings`
    for (const [member, value] of Object.entries(members)) {
      const place = `body.settings.${name}.${member}`
      const schema = Object.hasOwn(shape, member) ? shape[member] : undefined
      if (!schema) return `${place}: is no setting`
      const judged = value === null ? undefined : judgeInput(schema, value, place)
      if (judged && 'problem' in judged) return judged.problem
    }
  }
  return undefined
}

/** The stored members with the change on top, without those that it sets to null. */
function mergeSettings(stored: SettingsHolder['settings'], change: Groups): Groups {
  const merged = { ...stored } as Groups
  for (const [name, members] of Object.entries(change)) {
    const all = Object.entries({ ...merged[name], ...members })
    merged[name] = Object.fromEntries(all.filter(([, value]) => value !== null))
  }
  return merged
}

export const getSettings = endpoint({
  method: 'GET',
  path: `${APP_PATH}/settings`,
  audience: 'management',
  operationId: 'getSettings',
  permission: 'config:read',
  tag: TAG,
  summary: 'Read every setting of an application, defaults included',
  access: managementKey,
  params: appParams,
  response: settingsResponse,
  failures: [],

  async handle({ app }, deps) {
    return { body: viewOf(settingsCatalogue(deps), app) }
  },
})

export const updateSettings = endpoint({
  method: 'PATCH',
  path: `${APP_PATH}/settings`,
  audience: 'management',
  operationId: 'updateSettings',
  permission: 'config:write',
  tag: TAG,
  summary: 'Change settings of an application. Those not named stay; null sets one back to its default',
  access: managementKey,
  params: appParams,
  body: z.object({ settings: groups }).meta({ id: 'UpdateSettingsRequest' }),
  response: settingsResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const catalogue = settingsCatalogue(deps)
    const problem = findProblem(catalogue, body.settings)
    if (problem) return fail(universal.invalid_request, { message: problem })

    const changed = await deps.transact((tx) =>
      changeApplication(tx, deps, app.id, ({ settings }) => ({ settings: mergeSettings(settings, body.settings) })),
    )

    return changed ? { body: viewOf(catalogue, changed) } : fail(notFound)
  },
})
