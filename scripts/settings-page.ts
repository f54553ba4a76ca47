import { z } from 'zod'
import { VARIABLES } from '../src/platform/config-variables.ts'
import type { Settings } from '../src/platform/settings.ts'

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string

const code = (text: string): string => `\`${text}\``

/** `docs/settings.md`: the variables of the process and the settings of an application. */
export function settingsPage(groups: readonly Settings[], notice: string, table: Table): string {
  const sections = groups.map((group) => `### ${group.title}: \`${group.name}\`\n\n${settingsTable(group, table)}\n`)
  return `${notice}

# Settings

## Of the process

Environment variables. A wrong value stops the process at its start, with one line for each fault. Each may be in a file instead, as orchestrators hand out secrets:
\`ANTIPHON_MASTER_KEY_FILE\` names the file in which \`ANTIPHON_MASTER_KEY\` is, \`ANTIPHON_DATABASE_URL_FILE\` that of \`ANTIPHON_DATABASE_URL\`, and so on, but for
those that are paths of files already.

${table(
  ['variable', 'default', 'meaning'],
  VARIABLES.map(([name, fallback, meaning]) => [code(name), fallback, meaning]),
)}

## Of an application

Every setting has a default; what is not set follows the default of the release that runs.

${sections.join('\n')}`
}

function settingsTable(group: Settings, table: Table): string {
  const { properties = {} } = z.toJSONSchema(group.schema, { io: 'input', unrepresentable: 'any' })
  return table(
    ['setting', 'type', 'default', 'bounds', 'meaning'],
    Object.entries(properties as Record<string, Schema>).map(([name, schema]) => [
      code(name),
      typeName(schema),
      schema.default === '' ? 'empty' : code(JSON.stringify(schema.default)),
      bounds(schema),
      schema.description ?? '',
    ]),
  )
}

type Schema = z.core.JSONSchema.BaseSchema

function typeName(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ')
  if (schema.const !== undefined) return code(String(schema.const))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.map((one) => typeName(one as Schema)).join(' or ')
  if (schema.type === 'array') return `list of ${typeName((schema.items ?? {}) as Schema)}`
  return String(schema.type ?? 'any')
}

function bounds(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema
  const parts = [
    span(safe(minimum), safe(maximum), ''),
    span(minLength, maxLength, ' characters'),
    span(minItems, maxItems, ' members'),
    format ?? (pattern && `matches \`${pattern}\``) ?? '',
  ]
  return parts.filter(Boolean).join('; ')
}

/** Zod bounds every integer by what a double can hold, which tells nobody anything. */
const safe = (bound: number | undefined) => (Math.abs(bound ?? 0) === Number.MAX_SAFE_INTEGER ? undefined : bound)

function span(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}${unit}`
  if (min !== undefined) return `at least ${min}${unit}`
  return max !== undefined ? `at most ${max}${unit}` : ''
}
