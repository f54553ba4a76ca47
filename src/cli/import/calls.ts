import type { ReportedLine } from '../../core/imports/lines.ts'
import type { Canary, CanaryResult, ImportOptions } from '../../core/imports/options.ts'
import type { Progress, reportOf } from '../../core/imports/progress.ts'
import type { ImportStatus } from '../../core/imports/tables.ts'
import { encode } from '../../crypto/base64url.ts'
import { randomBytes } from '../../crypto/random.ts'
import type { ApiAnswer, ApiRequest, Channel } from '../api/channel.ts'
import { fill, operationOf } from '../api/operations.ts'
import { refusedBy } from '../outcome.ts'

/** An import as the management API shows it. */
export interface Import {
  readonly id: string
  readonly source: string
  readonly status: ImportStatus
  readonly options: ImportOptions
  readonly progress: Progress
  /** How its test accounts fared last. */
  readonly canaries: readonly CanaryResult[]
  readonly has_canaries: boolean
  /** RFC 3339. */
  readonly created_at: string
}

export type ImportReport = ReturnType<typeof reportOf>

export type Step = 'pauseImport' | 'resumeImport' | 'cancelImport' | 'rollBackImport'

/** `text`: whether lines are wanted as they were sent. */
export interface LinesQuery {
  readonly outcome: string
  readonly text: boolean
  readonly limit: number
  readonly cursor: number
}

type Unsaid = Exclude<ApiAnswer, { kind: 'answered' }>

/** A call had no answer to go on with. Whoever made the first call of a command tells of it. */
export class Unanswered extends Error {
  readonly answer: Unsaid

  constructor(answer: Unsaid) {
    super(answer.reason)
    this.answer = answer
  }
}

/** What to say of work that ended so, `hint` behind it; anything else is a bug. */
export function unanswered(error: unknown, hint = '') {
  if (!(error instanceof Unanswered)) throw error
  const { reason, answered } = error.answer
  return refusedBy({ reason: reason + hint, ...(answered && { answered }) })
}

type Said = Omit<ApiRequest, 'method' | 'path'> & { readonly query?: object }

/** The imports of one application, as the management API does them. What it does not answer is thrown: `Unanswered`. */
export type Calls = ReturnType<typeof callsOf>

export function callsOf(channel: Channel, appId: string) {
  async function ask(operationId: string, importID = '', { query, ...more }: Said = {}): Promise<ApiAnswer> {
    const operation = operationOf(operationId)
    const path = fill(operation, { appID: appId, importID }) + queryOf(query)
    return await channel({ method: operation.method, path, ...more })
  }

  return {
    appId,

    /** `missing`: the application; `too_many`: it has as many that are not over as it may. */
    async create(order: ImportOptions & { source: string; canaries: readonly Canary[] }) {
      const idempotencyKey = encode(randomBytes(16))
      const answer = await ask('createImport', undefined, { body: JSON.stringify(order), idempotencyKey })
      if (codeOf(answer) === 'not_found') return 'missing'
      if (codeOf(answer) === 'too_many_imports') return 'too_many'
      return bodyOf<{ import: Import }>(answer).import
    },

    async find(id: string): Promise<Import | undefined> {
      const answer = await ask('getImport', id)
      return codeOf(answer) === 'not_found' ? undefined : bodyOf<{ import: Import }>(answer).import
    },

    /** Send bytes of the file. The same bytes may be sent again. */
    put: (id: string, offset: number, body: Uint8Array): Promise<ApiAnswer> =>
      ask('putImportLines', id, { query: { offset }, body, mediaType: 'application/x-ndjson' }),

    /** Undefined when it is loading already, or over. */
    start: async (id: string, fileSha256: string) =>
      steppedOf(await ask('startImport', id, { body: JSON.stringify({ file_sha256: fileSha256 }) })),

    /** Undefined when the import is in a state that does not let it do this. */
    step: async (id: string, step: Step) => steppedOf(await ask(step, id)),

    verify: async (id: string) => bodyOf<{ canaries: CanaryResult[] }>(await ask('verifyImport', id)).canaries,

    report: async (id: string) => bodyOf<{ report: ImportReport }>(await ask('getImportReport', id)).report,

    /** A page; `next` where another one begins. */
    lines: async (id: string, query: LinesQuery) =>
      bodyOf<{ lines: ReportedLine[]; next?: number }>(await ask('listImportLines', id, { query })),

    /** As `lines`. */
    ids: async (id: string, query: { readonly limit: number; readonly after?: string }) =>
      bodyOf<{ ids: { external_id: string; id: string }[]; next?: string }>(await ask('listImportIds', id, { query })),
  }
}

const queryOf = (query: object | undefined) =>
  query === undefined
    ? ''
    : `?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`

const codeOf = (answer: ApiAnswer): string | undefined =>
  answer.kind === 'answered' ? undefined : answer.answered?.code

function bodyOf<T>(answer: ApiAnswer): T {
  if (answer.kind !== 'answered') throw new Unanswered(answer)
  return answer.body as T
}

const steppedOf = (answer: ApiAnswer): Import | undefined =>
  codeOf(answer) === 'import_state' ? undefined : bodyOf<{ import: Import }>(answer).import
