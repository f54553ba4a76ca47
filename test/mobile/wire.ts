import type { Answer } from '../send.ts'
import { send } from '../send.ts'
import type { World } from '../world.ts'
import { SdkError } from './cases.ts'
import { type CookieJar, cookieJar } from './cookies.ts'
import { assertConforms } from './decode.ts'
import type { Platform } from './platform.ts'
import { type DeviceKey, deviceKey } from './proof.ts'

export interface WireOptions {
  /** Where the SDK is pointed at: scheme and host. */
  readonly baseUrl: string
  /** Sent as `Host`, and named by proofs, in the place of the URL's host. */
  readonly hostOverride?: string
  /** How far the clock of the device is ahead of the server's. */
  readonly clockAheadMs?: number
}

export interface Request {
  /** POST unless told otherwise. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/v1/session`, with the query. */
  readonly path: string
  readonly body?: object
  /** Of this call alone; those without a value are not sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** A call as it went over the wire. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly answer: Answer
}

/** What the SDK keeps on the device, across restarts. */
export interface Device {
  readonly id: string
  key: DeviceKey | undefined
  nonce: string | undefined
  /** By how much proofs are dated back. */
  skewSeconds: number
  refreshToken: string | undefined
  refreshTokenExpiresAt: string | undefined
  /** `expiresAt`: Unix ms by the clock of the device. */
  access: { readonly token: string; readonly expiresAt: number } | undefined
}

/** Everything below the SDK's methods: headers, cookies, proofs and their retries. */
export interface Wire {
  readonly device: Device
  readonly jar: CookieJar
  /** Every call so far, oldest first. */
  readonly exchanges: Exchange[]
  /** By the clock of the device. */
  now(): number
  /** By how many seconds the device is ahead of the server, by the `Date` of an answer. */
  skewOf(answer: Answer): number
  exchange(request: Request): Promise<Answer>
  /** With an ordinary proof; again, once, when the server wants a nonce or another date in it. */
  proven(request: Request): Promise<Answer>
  /** With a proof that repeats the `jti` of a challenge: no nonce, sent once. */
  bound(request: Request, jti: string): Promise<Answer>
  /** A proof for a path, as the device would sign it now. */
  prove(request: Request, jti?: string): string | undefined
  /** The answer to the next call is lost on its way. */
  loseNextAnswer(): void
  /** The next answers arrive together, once there are so many. */
  gatherAnswers(count: number): void
}

const BASE_PATH = '/v1/session'

export function openWire(w: World, platform: Platform, options: WireOptions): Wire {
  const { hostOverride, clockAheadMs = 0 } = options
  const device: Device = {
    id: crypto.randomUUID(),
    key: undefined,
    nonce: undefined,
    skewSeconds: 0,
    refreshToken: undefined,
    refreshTokenExpiresAt: undefined,
    access: undefined,
  }
  const jar = cookieJar()
  const exchanges: Exchange[] = []
  let losing = false
  let gathered: { missing: number; readonly all: PromiseWithResolvers<void> } | undefined
  const now = () => w.deps.now() + clockAheadMs
  const urlOf = ({ path }: Request) => new URL(`${options.baseUrl}${BASE_PATH}${path}`)

  async function exchange(request: Request): Promise<Answer> {
    const url = urlOf(request)
    const { method = 'POST' } = request
    const body = method === 'POST' || method === 'PATCH' ? textOf(request, platform) : undefined
    const headers = clean({
      host: hostOverride ?? url.host,
      accept: 'application/json',
      'content-type': body === undefined ? undefined : 'application/json',
      'user-agent': platform.userAgent,
      'x-device-id': device.id,
      cookie: jar.headerFor(url, now()),
      ...request.headers,
    })
    const answer = await send(w, `${url.pathname}${url.search}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    })
    exchanges.push({ method, path: request.path, headers, body, answer })
    await gather()
    assertConforms(answer)
    if (losing) {
      losing = false
      throw new SdkError('network_error')
    }
    jar.keep(url, answer.headers.getSetCookie(), now())
    return answer
  }

  async function gather() {
    if (!gathered) return
    const { all } = gathered
    gathered.missing -= 1
    if (gathered.missing === 0) {
      gathered = undefined
      all.resolve()
    }
    await all.promise
  }

  const skewOf = ({ headers }: Answer) => Math.floor((now() - Date.parse(headers.get('date') ?? '')) / 1000)

  function prove(request: Request, jti?: string): string | undefined {
    const { key, nonce, skewSeconds } = device
    return key?.prove(platform, {
      jti: jti ?? platform.newJti(),
      htm: request.method ?? 'POST',
      htu: platform.htu(urlOf(request), hostOverride),
      iat: Math.floor(now() / 1000) - skewSeconds,
      ...(nonce && jti === undefined && { nonce }),
    })
  }

  const withProof = (request: Request, dpop: string | undefined) =>
    exchange({ ...request, headers: { dpop, ...request.headers } })

  async function provenOnce(request: Request): Promise<Answer> {
    const answer = await withProof(request, prove(request))
    device.nonce = answer.headers.get('dpop-nonce') || device.nonce
    return answer
  }

  /** Whether the clock of the device was off, so that another proof may do. */
  function correctClock(answer: Answer): boolean {
    const skew = skewOf(answer)
    device.skewSeconds = Math.abs(skew) >= 1 ? skew : 0
    return device.skewSeconds !== 0
  }

  return {
    device,
    jar,
    exchanges,
    now,
    skewOf,
    exchange,
    prove,
    async proven(request) {
      device.key ??= await deviceKey()
      const answer = await provenOnce(request)
      const code = answer.status < 300 ? undefined : answer.body.code
      if (code === 'use_dpop_nonce' && !answer.headers.get('dpop-nonce')) throw new SdkError('missing_dpop_nonce')
      const again = code === 'use_dpop_nonce' || (code === 'invalid_dpop_proof' && correctClock(answer))
      return again ? await provenOnce(request) : answer
    },
    bound: (request, jti) => withProof(request, prove(request, jti)),
    loseNextAnswer() {
      losing = true
    },
    gatherAnswers(count) {
      gathered = { missing: count, all: Promise.withResolvers() }
    },
  }
}

/** The body of a POST or PATCH; undefined for none. */
const textOf = ({ body }: Request, { emptyBody }: Platform) =>
  body === undefined ? emptyBody || undefined : JSON.stringify(body)

const clean = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
