import { frontendDocument, managementDocument } from '../documents.ts'
import { done, type Outcome } from './outcome.ts'

/** `antiphon openapi` */
export async function printDocument(api: 'frontend' | 'management'): Promise<Outcome> {
  const document = api === 'frontend' ? frontendDocument() : managementDocument()
  return done(document, JSON.stringify(document, null, 2))
}
