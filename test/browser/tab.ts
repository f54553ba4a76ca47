import assert from 'node:assert/strict'
import { after, type TestContext } from 'node:test'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { launchBrowser } from '../chromium.ts'
import type { ChallengeInfo, Method, Outcome, PageScript, Sdk, Stored } from './page.ts'

type Result<M extends Method> = Sdk[M] extends (...args: never) => Promise<infer R> ? R : never
type Scripted = { pageScript: PageScript }

let browser: Promise<Browser> | undefined
after(async () => (await browser)?.close())

/** This process's browser. Hosts under `.test` are on this machine, at the port that the URL says. */
function openBrowser(): Promise<Browser> {
  browser ??= launchBrowser(['--host-resolver-rules=MAP *.test 127.0.0.1'])
  return browser
}

/** A browser profile that lives as long as the test. */
export async function newContext(t: TestContext): Promise<BrowserContext> {
  const context = await (await openBrowser()).newContext()
  t.after(() => context.close())
  return context
}

/** A request of a page to the API, with its answer. Header names are lower case. */
export interface Call {
  /**
   * `POST /login/finalize 400 use_dpop_nonce`: the code is told when the page can read it and does; `failed` instead of a
   * status when no answer came.
   */
  readonly line: string
  readonly request: Readonly<Record<string, string>>
  readonly body: string | null
  readonly response: Readonly<Record<string, string>>
}

export interface Tab {
  readonly page: Page
  /** Call the SDK. */
  sdk<M extends Method>(method: M, ...args: Parameters<Sdk[M]>): Promise<Result<M>>
  /** Call the SDK in vain; answers what it threw. */
  sdkError<M extends Method>(method: M, ...args: Parameters<Sdk[M]>): Promise<string>
  /** What the SDK told of step-up challenges since the last look, oldest first. */
  told(): Promise<ChallengeInfo[]>
  /** What the SDK keeps in this browser. */
  stored(): Promise<Stored>
  /** Put another token in the place of the one that the SDK keeps for a challenge. */
  replaceChallenge(id: string, token: string): Promise<void>
  /** The names of the SDK's error classes. */
  errorClasses(): Promise<string[]>
  /** Leave a code verifier where the SDK looks for it. */
  storeVerifier(verifier: string): Promise<void>
  /** What the page's own fetch comes to, with the page's cookies; status 0 when the browser refuses. */
  fetch(url: string, init?: PageFetch['init']): Promise<{ status: number; text: string }>
  /** Move the clock of the page, which stands still from then on. */
  advance(ms: number): Promise<void>
  /** What the tab asked of the API since the last look, oldest first; every answer has come. */
  calls(): Promise<Call[]>
}

/** The lines of what the tab asked of the API since the last look. */
export const lines = async (tab: Tab): Promise<string[]> => (await tab.calls()).map((call) => call.line)

/** Opens the page at `origin` with the SDK talking to `domain`. */
export async function openTab(
  context: BrowserContext,
  origin: string,
  domain: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<Tab> {
  const page = await context.newPage()
  await prepare?.(page)
  let requests: Request[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/v1/')) requests.push(request)
  })
  await page.goto(origin)
  await openSdk(page, domain)
  const call = (method: Method, args: unknown[]): Promise<Outcome> =>
    page.evaluate(([method, args]) => (globalThis as unknown as Scripted).pageScript.call(method, args), [
      method,
      args,
    ] as [Method, unknown[]])

  return {
    page,
    async sdk<M extends Method>(method: M, ...args: Parameters<Sdk[M]>): Promise<Result<M>> {
      const outcome = await call(method, args)
      if (outcome.kind === 'thrown') assert.fail(`${method} threw ${outcome.error}`)
      return outcome.value as Result<M>
    },
    async sdkError(method, ...args) {
      const outcome = await call(method, args)
      if (outcome.kind === 'done') assert.fail(`${method} threw nothing`)
      return outcome.error
    },
    told: () => page.evaluate(() => (globalThis as unknown as Scripted).pageScript.told()),
    stored: () => page.evaluate(() => (globalThis as unknown as Scripted).pageScript.stored()),
    replaceChallenge: (id, token) =>
      page.evaluate(([id, token]) => (globalThis as unknown as Scripted).pageScript.replaceChallenge(id, token), [
        id,
        token,
      ] as const),
    errorClasses: () => page.evaluate(() => (globalThis as unknown as Scripted).pageScript.errorClasses()),
    storeVerifier: (verifier) =>
      page.evaluate((verifier) => localStorage.setItem('prld.oauth.code_verifier', verifier), verifier),
    fetch(url, init) {
      const call: PageFetch = { url, init: { method: 'POST', credentials: 'include', ...init } }
      return page.evaluate(fetchInPage, call)
    },
    advance: async (ms) => page.clock.setFixedTime((await page.evaluate(() => Date.now())) + ms),
    calls() {
      const made = requests
      requests = []
      return Promise.all(made.map(describe))
    },
  }
}

async function openSdk(page: Page, domain: string): Promise<void> {
  await page.waitForFunction('"pageScript" in globalThis')
  await page.evaluate((domain) => (globalThis as unknown as Scripted).pageScript.open(domain), domain)
}

/** Opens the SDK again in a page that was loaded anew. */
export const reopen = ({ page }: Tab, domain: string): Promise<void> => openSdk(page, domain)

/** Loses the next `count` answers to `path` between the server and the page: the server has done its part. */
export async function loseAnswers(tab: Tab, path: string, count: number): Promise<void> {
  const devtools = await tab.page.context().newCDPSession(tab.page)
  let left = count
  devtools.on('Fetch.requestPaused', ({ requestId }) => {
    if (left-- > 0) devtools.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
    else devtools.send('Fetch.continueRequest', { requestId })
  })
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `*${path}`, requestStage: 'Response' }] })
}

interface PageFetch {
  url: string
  init: { method?: string; credentials?: 'include'; mode?: 'no-cors'; headers?: Record<string, string>; body?: string }
}

/** Runs in the page. */
async function fetchInPage({ url, init }: PageFetch): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, init)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: String(error) }
  }
}

async function describe(request: Request): Promise<Call> {
  const { pathname, search } = new URL(request.url())
  const headers = await request.allHeaders()
  const response = await request.response()
  const outcome = response ? [String(response.status())] : ['failed']
  // The SDK repeats a bearer call that is refused and leaves the body of the refusal unread: it never ends.
  const unread = response?.status() === 401 && /^\/v1\/session\/(me|stepup)\//.test(pathname)
  const readable = !unread && headers['sec-fetch-mode'] === 'cors'
  if (response && !response.ok() && readable) outcome.push((await response.json()).code)
  return {
    line: [request.method(), pathname.replace('/v1/session', '') + search, ...outcome].join(' '),
    request: headers,
    body: request.postData(),
    response: response ? await response.allHeaders() : {},
  }
}
