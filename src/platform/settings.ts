import { z } from 'zod'
import { resident } from './deps.ts'

/** The settings of one feature or noun: a flat object, each member with default, unit in its name, and description. */
export interface Settings<T extends object = object> {
  readonly name: string
  readonly title: string
  readonly schema: z.ZodType<T> & { readonly shape: Readonly<Record<string, z.ZodType>> }
}

/** Whoever settings are stored for: stored members by the name of their group. A new version is a new object. */
export interface SettingsHolder {
  readonly settings: Readonly<Record<string, unknown>>
}

/** Declare a group of settings. Every member needs a default and a description. Stored members of another release are passed over. */
export function settings<S extends z.ZodRawShape>(
  name: string,
  title: string,
  shape: S,
): Settings<z.output<z.ZodObject<S>> & object> {
  const schema = z.object(shape)
  return { name, title, schema: schema as unknown as Settings<z.output<z.ZodObject<S>> & object>['schema'] }
}

/** Every group of settings that applications have in this process, by name. The server fills it when it opens. */
export const settingsCatalogue = resident(() => new Map<string, Settings>())

const parsed = new WeakMap<SettingsHolder, Map<string, object>>()

/** The holder's settings of one group, defaults filled in. Parsed once per holder. */
export function settingsOf<T extends object>(holder: SettingsHolder, group: Settings<T>): T {
  let groups = parsed.get(holder)
  if (!groups) {
    groups = new Map()
    parsed.set(holder, groups)
  }
  let value = groups.get(group.name)
  if (!value) {
    value = group.schema.parse(holder.settings[group.name] ?? {})
    groups.set(group.name, value)
  }
  return value as T
}
