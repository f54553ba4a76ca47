import { type Schema, tagOf, variantsOf } from './schema.ts'
import type { Draft } from './schema-form.tsx'

const isRecord = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of what is kept, what a form may send: the server’s own members are left out. */
export function draftOf(schema: Schema, kept: object): Draft {
  const { properties = {} } = variantOf(schema, kept) ?? schema
  const members = Object.entries(kept).flatMap(([name, value]) => {
    const member = properties[name]
    if (!member || value === null) return []
    return [[name, member.properties && isRecord(value) ? draftOf(member, value) : value] as const]
  })
  return Object.fromEntries(members)
}

const variantOf = (schema: Schema, kept: object): Schema | undefined =>
  variantsOf(schema).find((one) => {
    const [tag = '', name] = tagOf(one) ?? []
    return (kept as Draft)[tag] === name
  })

/** A draft that says null of what was there, is there no more, and may be null. */
export function nulled(schema: Schema, before: Draft, draft: Draft): Draft {
  const changes = Object.entries(schema.properties ?? {}).flatMap(([name, member]): [string, unknown][] => {
    const [was, is] = [before[name], draft[name]]
    if (member.properties && isRecord(was)) return [[name, nulled(member, was, isRecord(is) ? is : {})]]
    const isGone = was !== undefined && is === undefined
    return isGone && member.anyOf?.some(({ type }) => type === 'null') ? [[name, null]] : []
  })
  return { ...draft, ...Object.fromEntries(changes) }
}
