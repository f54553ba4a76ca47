import { type Circumstances, INPUTS } from './inputs.ts'
import { isObject, type Mapping, operatorOf } from './mapping.ts'
import { isRegistered } from './registered.ts'
import { FACTS, type Fact } from './store/facts.ts'

export interface CompiledMapping {
  /** What the database must tell for it. */
  readonly needs: readonly Fact[]
  /** The claims. What is missing is null. */
  resolve(here: Circumstances): Record<string, unknown>
}

type Resolve = (here: Circumstances) => unknown

/** Read a mapping once for every token. It never has a claim that is the server’s own, whoever has stored it. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const needs = new Set<Fact>()
  const claims = Object.entries(mapping).filter(([name]) => !isRegistered(name))
  const resolve = compileObject(Object.fromEntries(claims), needs)
  return { needs: FACTS.filter((fact) => needs.has(fact)), resolve }
}

function compileObject(members: Mapping, needs: Set<Fact>): (here: Circumstances) => Record<string, unknown> {
  const compiled = Object.entries(members).map(([name, value]) => ({ name, resolve: compileValue(value, needs) }))
  // A copy has its members from the beginning: to add them one by one takes long, and each token does it.
  const blank: Record<string, unknown> = Object.fromEntries(compiled.map(({ name }) => [name, null]))
  return (here) => {
    const claims = { ...blank }
    for (const { name, resolve } of compiled) claims[name] = resolve(here)
    return claims
  }
}

function compileValue(value: unknown, needs: Set<Fact>): Resolve {
  if (!isObject(value)) return () => value
  const operator = operatorOf(value)
  if (!operator) return compileObject(value, needs)
  if (operator.kind === 'input') return compileInput(operator.name, operator.type, needs)
  needs.add('profile')
  return ({ facts }) => memberOf(facts.profile, operator.path)
}

function compileInput(name: string, type: string, needs: Set<Fact>): Resolve {
  const input = Object.hasOwn(INPUTS, name) ? INPUTS[name] : undefined
  // Stored by a release that knows more.
  if (!input) return () => null
  for (const fact of input.needs) needs.add(fact)
  if ('read' in input) return input.read
  return type === 'string' ? (here) => input.list(here)[0] ?? null : input.list
}

/** A member of the profile; where there is none of the whole name, one within others, by a path with dots. */
function memberOf(profile: Mapping, path: string): unknown {
  if (Object.hasOwn(profile, path)) return profile[path]
  let value: unknown = profile
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return null
    value = value[name]
  }
  return value
}
