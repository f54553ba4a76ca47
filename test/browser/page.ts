import * as sdk from '@prelude.so/js-sdk/session'

const { PrldErrors, PrldSessionClient } = sdk

interface Page {
  sessions: { id: string; device_type: string; last_seen_at: string; expires_at: string }[]
  total: number
  limit: number
  offset: number
}

/** What the SDK tells of a step-up challenge, to whoever listens. */
export interface ChallengeInfo {
  currentStep: string
  scopeRequested: string
  userId: string
  sessionId: string
  challengeId: string
  steps: { order: number; expirationDuration: number; key: string; done: boolean }[]
  metadata?: Record<string, unknown>
}

interface Identifier {
  type: 'email_address' | 'phone_number'
  value: string
}

interface Compliancy {
  min_length: number
  max_length: number
  uppercase: number
  lowercase: number
  numbers: number
  symbols: number
}

interface Criterion {
  criteria: string
  actual: number
  expected: number
  valid: boolean
}

interface Tokens {
  access_token: string
  expires_at: number
}

export interface StepUpAnswer {
  status: string
  challenge_token?: string
}

/** What we call of the SDK's client. The types that come with the SDK do not resolve in an ES module. */
export interface Sdk {
  startOTPLogin(options: { identifier: Identifier; login_config_id?: string }): Promise<void>
  checkOTP(code: string): Promise<Tokens | undefined>
  retryOTP(): Promise<void>
  loginWithPassword(options: { identifier: string; password: string }): Promise<void>
  signUpWithEmail(options: { identifier: string; password: string }): Promise<void>
  loginWithOAuth(options: { provider: string; redirectURI: string }): Promise<void>
  finalizeOAuthLogin(challengeToken: string): Promise<void>
  requestStepUp(options: { scope: string; metadata?: Record<string, unknown> }): Promise<StepUpAnswer>
  otpCreate(options: { challengeId: string }): Promise<void>
  otpCheck(challengeId: string, code: string): Promise<{ challenge_token: string }>
  otpRetry(): Promise<void>
  continueStepUp(verificationToken: string): Promise<{ challenge_token: string }>
  getPasswordCompliancy(): Promise<Compliancy>
  validatePassword(password: string): Promise<{ valid: boolean; results: Criterion[] }>
  refresh(options?: { challenge: { token: string; id: string } }): Promise<{ user: { accessToken: string } }>
  getProfile(): Promise<Record<string, unknown> | undefined>
  getSessionId(): Promise<string | null>
  invalidateCache(): Promise<void>
  listSessions(options?: { limit?: number; offset?: number }): Promise<Page>
  revokeSessions(target: 'all' | 'others' | 'mine' | 'session', sessionId?: string): Promise<void>
  logout(): Promise<void>
}

export type Method = keyof Sdk

/** `error` is the name in `PrldErrors`, or what an error that is not the SDK's says. */
export type Outcome = { kind: 'done'; value: unknown } | { kind: 'thrown'; error: string }

/** What the SDK keeps in the browser, of all domains together. */
export interface Stored {
  accessTokens: string[]
  /** Of step-ups that are not completed, by the challenge's id; `expiresAt` in Unix seconds. */
  challenges: Record<string, { token: string; expiresAt: number }>
  refreshTokens: string[]
  /** How many DPoP keys. */
  keys: number
}

let client: Sdk
let told: ChallengeInfo[] = []
const tell = (info: ChallengeInfo) => told.push(info)

/** What the caller sends, and where the SDK takes one the listener that only the page can hold. */
function withListener(method: Method, args: unknown[]): unknown[] {
  if (method === 'requestStepUp') return [{ ...(args[0] as object), onChallenge: tell }]
  if (method === 'otpCheck' || method === 'continueStepUp') return [...args, tell]
  return args
}

/** The script of the pages under test: the SDK as it is, with its errors told in words. It runs in the browser. */
const pageScript = {
  open(domain: string) {
    client = new PrldSessionClient({ domain })
  },

  async call(method: Method, args: unknown[]): Promise<Outcome> {
    try {
      const run = client[method] as (...args: unknown[]) => Promise<unknown>
      return { kind: 'done', value: await run.apply(client, withListener(method, args)) }
    } catch (error) {
      return { kind: 'thrown', error: nameOf(error) }
    }
  },

  /** What listeners were told since the last look, oldest first. */
  told(): ChallengeInfo[] {
    const heard = told
    told = []
    return heard
  },

  async stored(): Promise<Stored> {
    const entries = Object.keys(localStorage).map((key) => [key, JSON.parse(localStorage.getItem(key) ?? '')] as const)
    const challenges = entries.filter(([key]) => key.startsWith('prld.step-up.::'))
    return {
      accessTokens: entries.flatMap(([, { body }]) => body?.access_token ?? []),
      challenges: Object.fromEntries(
        challenges.map(([key, { body, expiresAt }]) => [
          key.split('::')[1],
          { token: body.challenge_token, expiresAt },
        ]),
      ),
      refreshTokens: (await rowsOf('refresh_tokens')).map((row) => row.refreshToken ?? ''),
      keys: (await rowsOf('dpop_keys')).length,
    }
  },

  /** Put another token in the place of a challenge's, as storage that is out of date would. */
  replaceChallenge(id: string, token: string) {
    const key = `prld.step-up.::${id}`
    const entry = JSON.parse(localStorage.getItem(key) ?? '')
    localStorage.setItem(key, JSON.stringify({ ...entry, body: { ...entry.body, challenge_token: token } }))
  },

  /** The names of the classes in `PrldErrors`, and of any class of errors that is exported beside. */
  errorClasses(): string[] {
    const known = Object.values(PrldErrors as Record<string, unknown>)
    const beside = Object.entries(sdk as Record<string, unknown>).filter(
      ([name, value]) => name.endsWith('Error') && !known.includes(value),
    )
    return [...Object.keys(PrldErrors), ...beside.map(([name]) => name)]
  },
}

interface Asked<T> {
  readonly result: T
  onsuccess: (() => void) | null
}

interface Row {
  readonly refreshToken?: string
}

interface Opened {
  transaction(store: string): { objectStore(store: string): { getAll(): Asked<Row[]> } }
  close(): void
}

/** What we use of the browser's database. Its types are not among those of Node. */
declare const indexedDB: { databases(): Promise<{ name?: string }[]>; open(name: string): Asked<Opened> }

const answerOf = <T>(asked: Asked<T>): Promise<T> =>
  new Promise((resolve) => {
    asked.onsuccess = () => resolve(asked.result)
  })

/** The rows of one of the SDK's stores; none before it made its database. */
async function rowsOf(store: string): Promise<Row[]> {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'prld')) return []
  const database = await answerOf(indexedDB.open('prld'))
  const rows = await answerOf(database.transaction(store).objectStore(store).getAll())
  database.close()
  return rows
}

function nameOf(error: unknown): string {
  const kinds = Object.entries(PrldErrors as Record<string, new () => Error>)
  return kinds.find(([, kind]) => error instanceof kind)?.[0] ?? String(error)
}

export type PageScript = typeof pageScript

Object.assign(globalThis, { pageScript })
