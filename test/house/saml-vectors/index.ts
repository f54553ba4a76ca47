import { forms, partsOfSignatures } from './signature-forms.ts'
import { methods, signatures } from './signatures.ts'
import { statements } from './statements.ts'
import { terms } from './terms.ts'
import { markup, namespaces, texts } from './texts.ts'
import type { Vector } from './vector.ts'
import { encrypted, ids, wrapping } from './wrapping.ts'

export const VECTORS: readonly Vector[] = [
  ...wrapping,
  ...encrypted,
  ...ids,
  ...markup,
  ...texts,
  ...namespaces,
  ...forms,
  ...partsOfSignatures,
  ...methods,
  ...signatures,
  ...statements,
  ...terms,
]

/** What refuses each, as it stands beside them. */
export const expectations: Readonly<Record<string, string>> = Object.fromEntries(
  VECTORS.map(({ name, expected }) => [name, expected]),
)
