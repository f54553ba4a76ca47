import { z } from 'zod'
import type { Settings } from '../src/platform/settings.ts'

const HEAD = `// Generated from the declarations in src/ by \`npm run generate\`. Do not edit.

import type { Schema } from '../parts/form/schema.ts'

export interface SettingsGroup {
  readonly name: string
  readonly title: string
  readonly schema: Schema
}

/** The settings of an application, in the order of the documents. */`

/** `console/src/api/settings.ts`: what the console asks for the settings of an application by. */
export const consoleSettings = (groups: readonly Settings[]): string =>
  `${HEAD}
export const SETTINGS: readonly SettingsGroup[] = [
${groups.map(({ name, title, schema }) => `  ${JSON.stringify({ name, title, schema: schemaOf(schema) })},`).join('\n')}
]
`

function schemaOf(schema: z.ZodType): unknown {
  const { $schema: _, ...shown } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return JSON.parse(JSON.stringify(shown, (name, value) => (isNoBound(name, value) ? undefined : value)))
}

/** Zod bounds every integer by what a double can hold, which tells nobody anything. */
const isNoBound = (name: string, value: unknown): boolean =>
  (name === 'minimum' || name === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
