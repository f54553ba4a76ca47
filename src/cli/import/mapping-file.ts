import { z } from 'zod'
import type { ImportRecord } from '../../core/imports/record.ts'
import { isObject } from '../../core/legacy-users/record.ts'
import { Draft } from './draft.ts'
import { isYes, textOf, textsOf, valueAt } from './raw-value.ts'
import type { Mapped, Raw, SourceOptions } from './source.ts'

const path = z.string().min(1)
const constant = z.union([z.string(), z.number(), z.boolean()])

/** What a member is made of: a path in the row, one with more said of it, a text with paths in braces, or always the same. */
const value = z.union([
  path,
  z.strictObject({
    from: path,
    values: z.record(z.string(), constant).optional(),
    default: constant.optional(),
    split: z.string().min(1).optional(),
  }),
  z.strictObject({ template: z.string().min(1) }),
  z.strictObject({ constant }),
])

const mappingShape = z.strictObject({
  external_id: value,
  identifiers: z
    .array(
      z
        .strictObject({
          type: z.enum(['email_address', 'phone_number']),
          value,
          verified: value.optional(),
          verified_at: value.optional(),
        })
        .refine(({ verified, verified_at }) => verified === undefined || verified_at === undefined, {
          message: 'has verified or verified_at, not both',
        }),
    )
    .max(20)
    .default([]),
  profile: z.record(z.string().min(1), value).default({}),
  scopes: value.optional(),
  groups: value.optional(),
  federated_identities: z
    .array(z.strictObject({ provider: value, subject: value }))
    .max(20)
    .default([]),
  password_hash: value.optional(),
  created_at: value.optional(),
  updated_at: value.optional(),
  last_seen_at: value.optional(),
  status: value.optional(),
  skip: value.optional(),
})

type Value = z.output<typeof value>
export type Mapping = z.output<typeof mappingShape>

export type ReadMapping = { kind: 'read'; mapping: Mapping } | { kind: 'faults'; faults: readonly string[] }

/** Read a mapping file. `faults` are for whoever wrote it. */
export function readMapping(text: string): ReadMapping {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'faults', faults: ['is no JSON'] }
  }
  const { data, error } = mappingShape.safeParse(json)
  if (data) return { kind: 'read', mapping: data }
  return {
    kind: 'faults',
    faults: (error?.issues ?? []).map(({ path: at, message }) => [at.join('.'), message].filter(Boolean).join(': ')),
  }
}

/** The user of a row by a mapping. */
export function mapBy(mapping: Mapping, raw: Raw, options: SourceOptions): Mapped {
  const draft = new Draft(options)
  const one = (from: Value | undefined) => firstOf(read(from, raw))
  if (mapping.skip !== undefined && isThere(one(mapping.skip))) return draft.skip('mapped_skip')
  draft.externalId(one(mapping.external_id))
  mapping.identifiers.forEach((identifier, i) => {
    mapIdentifier(draft, identifier, raw, `identifiers.${i}`)
  })
  const profile = Object.entries(mapping.profile).map(([name, from]) => [name, unlistedOf(read(from, raw))])
  draft.profile(Object.fromEntries(profile.filter(([, member]) => member !== '')))
  draft.groups(listOf(mapping.groups, raw), 'groups')
  mapping.federated_identities.forEach(({ provider, subject }, i) => {
    const id = one(subject)
    if (textOf(id) !== undefined) draft.federatedIdentity(one(provider), id, `federated_identities.${i}`)
  })
  draft.passwordHash(textOf(one(mapping.password_hash)), 'password_hash')
  draft.createdAt(one(mapping.created_at), 'created_at')
  draft.updatedAt(one(mapping.updated_at), 'updated_at')
  draft.lastSeenAt(one(mapping.last_seen_at), 'last_seen_at')
  return withRest(draft.finish(), mapping, raw)
}

/** A status that no mapping knows must not make somebody active who was not: such a record is refused where records are judged. */
function withRest(mapped: Mapped, { scopes, status }: Mapping, raw: Raw): Mapped {
  if (mapped.kind !== 'record') return mapped
  const own = listOf(scopes, raw).flatMap((scope) => textOf(scope) ?? [])
  const said = status === undefined ? 'active' : (textOf(firstOf(read(status, raw))) ?? '')
  return {
    ...mapped,
    record: {
      ...mapped.record,
      scopes: [...new Set([...mapped.record.scopes, ...own])],
      status: said as ImportRecord['status'],
    },
  }
}

/** Attributes of a directory repeat: each value is an identifier. */
function mapIdentifier(draft: Draft, identifier: Mapping['identifiers'][number], raw: Raw, field: string): void {
  const verifiedAt = identifier.verified_at && firstOf(read(identifier.verified_at, raw))
  const verified = identifier.verified && firstOf(read(identifier.verified, raw))
  const said = {
    field,
    verified: identifier.verified_at ? draft.isTime(verifiedAt) : isYes(verified),
    ...(identifier.verified_at && { verifiedAt }),
  }
  for (const text of textsOf(read(identifier.value, raw))) {
    if (identifier.type === 'email_address') draft.emailAddress(text, said)
    else draft.phoneNumber(text, said)
  }
}

function read(from: Value | undefined, raw: Raw): unknown {
  if (from === undefined) return undefined
  if (typeof from === 'string') return at(raw, from)
  if ('constant' in from) return from.constant
  if ('template' in from) return fill(from.template, raw)
  const found = at(raw, from.from)
  const split = from.split === undefined ? found : splitOf(found, from.split)
  return Array.isArray(split) ? split.map((item) => translate(item, from)) : translate(split, from)
}

/** A column whose name has dots is meant before a path. */
const at = (raw: Raw, name: string): unknown => (Object.hasOwn(raw, name) ? raw[name] : valueAt(raw, name))

const splitOf = (found: unknown, by: string): unknown =>
  typeof found === 'string'
    ? found
        .split(by)
        .map((item) => item.trim())
        .filter((item) => item !== '')
    : found

/** A value that is not listed stays as it is, unless there is a default. */
function translate(found: unknown, { values, default: otherwise }: Extract<Value, { from: string }>): unknown {
  const name = typeof found === 'boolean' ? String(found) : (textOf(found) ?? '')
  if (values && Object.hasOwn(values, name)) return values[name]
  if (otherwise !== undefined && (values !== undefined || name === '')) return otherwise
  return found
}

/** Nothing where any of the paths has nothing. */
function fill(template: string, raw: Raw): string | undefined {
  let isWhole = true
  const text = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const piece = textOf(firstOf(at(raw, name)))
    isWhole &&= piece !== undefined
    return piece ?? ''
  })
  return isWhole ? text : undefined
}

const firstOf = (found: unknown): unknown => (Array.isArray(found) ? found[0] : found)
const unlistedOf = (found: unknown): unknown => (Array.isArray(found) && found.length === 1 ? found[0] : found)
const listOf = (from: Value | undefined, raw: Raw): readonly unknown[] => {
  const found = read(from, raw)
  return Array.isArray(found) ? found : isThere(found) ? [found] : []
}

/** Whether a value says anything but no. */
const isThere = (found: unknown): boolean =>
  isObject(found) || isYes(found) || (textOf(found) !== undefined && !/^(f|false|0)$/i.test(String(found).trim()))
