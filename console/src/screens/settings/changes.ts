import type { Schema } from '../../parts/form/schema.ts'
import type { Draft } from '../../parts/form/schema-form.tsx'

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Names of the settings that are not as their default. */
export const changedIn = ({ properties = {} }: Schema, values: Draft): readonly string[] =>
  Object.entries(properties).flatMap(([name, member]) => (isSame(values[name], member.default) ? [] : [name]))

/** What to send so that the settings become as in the draft: null is back to the default. */
export function changesTo({ properties = {} }: Schema, values: Draft, draft: Draft): Draft {
  const names = Object.keys(properties).filter((name) => !isSame(values[name], draft[name]))
  return Object.fromEntries(names.map((name) => [name, draft[name] ?? null]))
}
