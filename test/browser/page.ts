import { PrldErrors, PrldSessionClient } from '@prelude.so/js-sdk/session'

interface Page {
  sessions: { id: string; device_type: string; last_seen_at: string; expires_at: string }[]
  total: number
  limit: number
  offset: number
}

/** What we call of the SDK's client. The types that come with the SDK do not resolve in an ES module. */
export interface Sdk {
  finalizeOAuthLogin(challengeToken: string): Promise<void>
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

let client: Sdk

/** The script of the pages under test: the SDK as it is, with its errors told in words. It runs in the browser. */
const pageScript = {
  open(domain: string) {
    client = new PrldSessionClient({ domain })
  },

  async call(method: Method, args: unknown[]): Promise<Outcome> {
    try {
      const run = client[method] as (...args: unknown[]) => Promise<unknown>
      return { kind: 'done', value: await run.apply(client, args) }
    } catch (error) {
      return { kind: 'thrown', error: nameOf(error) }
    }
  },
}

function nameOf(error: unknown): string {
  const kinds = Object.entries(PrldErrors as Record<string, new () => Error>)
  return kinds.find(([, kind]) => error instanceof kind)?.[0] ?? String(error)
}

export type PageScript = typeof pageScript

Object.assign(globalThis, { pageScript })
