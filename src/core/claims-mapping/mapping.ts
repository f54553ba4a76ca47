/** What becomes claims: literals, lists of them, objects, and in the place of any value an operator. */
export type Mapping = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `{"$input": …, "$type": …}`: something that the server knows. `{"$custom_claim": …}`: something of the user’s profile. */
export type Operator =
  | { readonly kind: 'input'; readonly name: string; readonly type: string }
  | { readonly kind: 'profile'; readonly path: string }

/** The operator that an object is; undefined for one that becomes an object in the token. */
export function operatorOf(value: Readonly<Record<string, unknown>>): Operator | undefined {
  if (typeof value.$input === 'string') return { kind: 'input', name: value.$input, type: String(value.$type) }
  if (typeof value.$custom_claim === 'string') return { kind: 'profile', path: value.$custom_claim }
  return undefined
}
