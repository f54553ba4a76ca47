/** What the server refused, or that no answer came. */
export class Failure extends Error {
  override readonly name = 'Failure'

  readonly code: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly requestId: string | undefined

  constructor(code: string, message: string, status: number, requestId?: string) {
    super(message)
    this.code = code
    this.status = status
    this.requestId = requestId
  }

  /** Whether nobody knows what became of the request. */
  get isLost(): boolean {
    return this.code === LOST
  }

  /** Whether the person turned away from a dialog that the call had opened. */
  get isCancelled(): boolean {
    return this.code === CANCELLED
  }
}

const LOST = 'no_answer'
const CANCELLED = 'cancelled'

export const lost = () => new Failure(LOST, 'The server did not answer.', 0)
export const cancelled = () => new Failure(CANCELLED, 'Nothing was done.', 0)

/** An error of whatever kind as a failure. */
export const asFailure = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure('console', error instanceof Error ? error.message : String(error), 0)

export async function failureOf(answer: Response): Promise<Failure> {
  const body: unknown = await answer.json().catch(() => ({}))
  const { code, message, request_id } = body as { code?: string; message?: string; request_id?: string }
  return new Failure(
    code ?? `http_${answer.status}`,
    message ?? answer.statusText,
    answer.status,
    request_id ?? answer.headers.get('x-request-id') ?? undefined,
  )
}
