import type { Failure } from '../../api/failure.ts'

/** What the server says about members of the body, by where they stand: `options.host`, `allowed_origins[1]`. */
export type FieldErrors = ReadonlyMap<string, string>

const MEMBER = /(?:^|; )body\.([\w.[\]-]+): (.*?)(?=; body\.|$)/g

export function fieldErrorsIn(failure: Failure | undefined): FieldErrors {
  if (failure?.code !== 'invalid_request') return new Map()
  return new Map([...failure.message.matchAll(MEMBER)].map(([, path = '', text = '']) => [path, text]))
}

/** What is said of a field, or of an item in it. */
export const errorOf = (errors: FieldErrors, path: string): string | undefined =>
  [...errors].find(([at]) => at === path || at.startsWith(`${path}[`))?.[1]
