export interface ImportPath {
  readonly appID: string
  readonly importID: string
}

/** What shows an import, and is asked for again after each step. */
export const SHOWN = ['getImport', 'getImportReport', 'listImports', 'listImportLines'] as const
