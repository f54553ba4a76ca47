import { frontendDocument, managementDocument } from './documents.ts'
import type { ApiDocument } from './platform/api-page/serve.ts'

/** As the page to read the API shows them. In the release they lie beside it, see scripts/build.ts: to make them takes a tenth of a second. */
export const apiDocuments: readonly ApiDocument[] = [
  { file: 'management.json', title: 'Management API', text: () => JSON.stringify(managementDocument()) },
  { file: 'frontend.json', title: 'Frontend API', text: () => JSON.stringify(frontendDocument()) },
]
