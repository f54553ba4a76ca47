import { columns } from '../outcome.ts'

type Row = Readonly<Record<string, unknown>>

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A body as people read it: a list as a table of the members `heads`, of as many as it has when none are named; one thing as a line for each member. */
export function show(body: unknown, heads?: readonly string[]): string {
  if (!isRow(body)) return typeof body === 'string' ? body.trimEnd() : cell(body)
  const { next, ...rest } = body
  const [[name, only] = ['', undefined], ...others] = Object.entries(rest)
  if (others.length > 0) return lines(body)
  if (Array.isArray(only)) return [tableOf(only, name, heads), ...more(next)].join('\n')
  return isRow(only) && Object.keys(only).length > 0 ? lines(only) : lines(rest)
}

const more = (next: unknown) => (typeof next === 'string' ? [`There is more: --after ${next}`] : [])

function tableOf(rows: readonly unknown[], name: string, heads: readonly string[] | undefined): string {
  if (!rows.every(isRow)) return rows.length === 0 ? none(name) : rows.map(cell).join('\n')
  const members = heads ?? Object.keys(rows[0] ?? {})
  const head = members.map((member) => member.toUpperCase().replaceAll('_', ' '))
  return columns([head, ...rows.map((row) => members.map((member) => cell(row[member])))], none(name))
}

const none = (name: string) => `There are no ${name}.`

/** What is within a member is named after it, as `settings set` takes it: `sessions.audience`. */
function lines(row: Row): string {
  const entries = Object.entries(row).flatMap(([name, value]) =>
    isRow(value) && Object.keys(value).length > 0
      ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one] as const)
      : [[name, value] as const],
  )
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`.trimEnd()).join('\n')
}

/** A value on one line. Of a list of identifiers their values. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.replaceAll('\n', ' ')
  if (!Array.isArray(value)) return JSON.stringify(value)
  return value.map((one) => (isRow(one) && typeof one.value === 'string' ? one.value : cell(one))).join(' ')
}
