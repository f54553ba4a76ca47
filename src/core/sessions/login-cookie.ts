import { encode } from '../../crypto/base64url.ts'
import { equalText, hmacSha256 } from '../../crypto/hash.ts'
import type { Cookie } from '../../platform/cookie.ts'
import type { Deps } from '../../platform/deps.ts'
import { keyed } from '../../platform/key-set.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { LOGIN_COOKIE_MS } from './rotation.ts'
import { sessionSettings } from './settings.ts'

const keys = keyed('login-cookie')

export const loginCookieName = (appId: string): string => `__Host-login_${appId}`

/**
 * The cookie that a login with a key leaves in its browser for a few minutes. It names the session: should the browser have made two keys
 * and kept the other one, cookie and refresh token together move the session to that one.
 */
export function loginCookie(deps: Deps, app: Application, sessionId: string): Cookie {
  const { cookie_same_site: sameSite } = settingsOf(app, sessionSettings)
  const name = loginCookieName(app.id)
  return {
    name,
    value: macOf(keys.issuing(deps).key, app.id, sessionId),
    maxAgeSeconds: LOGIN_COOKIE_MS / 1000,
    sameSite,
  }
}

/** The id of the master key under which a login left this cookie for this session; undefined when none did. */
export const keyOfLoginCookie = (deps: Deps, appId: string, sessionId: string, value: string): string | undefined =>
  keys.each(deps).find(({ key }) => equalText(macOf(key, appId, sessionId), value))?.id

const macOf = (key: Uint8Array, appId: string, sessionId: string) => encode(hmacSha256(key, `${appId}\0${sessionId}`))
