import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, dpopKey, REFRESH, refreshTokenOf, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'

const LIST = '/v1/session/me/list'
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'

/** User agents as they are on the road, with the device, its type and the version of its system. */
const AGENTS: readonly (readonly [string, string, model: string, type: string, os: string])[] = [
  [
    'Chrome on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    'Windows',
    'desktop',
    '10.0',
  ],
  [
    'Chrome on a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    'Mac',
    'desktop',
    '10.15.7',
  ],
  [
    'Chrome on Linux',
    `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    'Linux',
    'desktop',
    '',
  ],
  [
    'Chrome on a Chromebook',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    'Chromebook',
    'desktop',
    '14541.0.0',
  ],
  [
    'Edge on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    'Windows',
    'desktop',
    '10.0',
  ],
  [
    'Safari on a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.6 Safari/605.1.15`,
    'Mac',
    'desktop',
    '10.15.7',
  ],
  [
    'Firefox on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
    'Windows',
    'desktop',
    '10.0',
  ],
  [
    'Firefox on a Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
    'Mac',
    'desktop',
    '10.15',
  ],
  [
    'Firefox on Linux',
    'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    'Linux',
    'desktop',
    '',
  ],
  [
    'Safari on an iPhone',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) ${WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1`,
    'iPhone',
    'mobile',
    '18.6.2',
  ],
  [
    'Chrome on an iPhone',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} CriOS/141.0.7390.26 Mobile/15E148 Safari/604.1`,
    'iPhone',
    'mobile',
    '18.6',
  ],
  [
    'Safari on an iPad',
    `Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) ${WEBKIT} Version/17.7 Mobile/15E148 Safari/604.1`,
    'iPad',
    'tablet',
    '17.7',
  ],
  [
    'Chrome on a Pixel, before it kept the model to itself',
    `Mozilla/5.0 (Linux; Android 13; Pixel 7) ${BLINK} Chrome/107.0.5304.105 Mobile Safari/537.36`,
    'Pixel 7',
    'mobile',
    '13',
  ],
  [
    'Chrome on an Android phone today',
    `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/141.0.0.0 Mobile Safari/537.36`,
    'Android',
    'mobile',
    '10',
  ],
  [
    'Chrome on an Android tablet today',
    `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    'Android',
    'tablet',
    '10',
  ],
  [
    'Samsung Internet on a phone',
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) ${BLINK} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
    'SAMSUNG SM-S918B',
    'mobile',
    '14',
  ],
  [
    'a phone with its build',
    `Mozilla/5.0 (Linux; Android 9; SM-G960F Build/PPR1.180610.011) ${BLINK} Chrome/74.0.3729.157 Mobile Safari/537.36`,
    'SM-G960F',
    'mobile',
    '9',
  ],
  [
    'a web view in an Android app',
    `Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A.240205.004; wv) ${BLINK} Version/4.0 Chrome/121.0.6167.178 Mobile Safari/537.36`,
    'Pixel 8',
    'mobile',
    '14',
  ],
  [
    'Firefox on an Android phone',
    'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
    'Android',
    'mobile',
    '15',
  ],
  [
    'Firefox on an Android tablet',
    'Mozilla/5.0 (Android 15; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0',
    'Android',
    'tablet',
    '15',
  ],
  ['the SDK on an iPhone', 'Prelude/0.7.0 (Apple; iOS 18.1.1)', 'iPhone', 'mobile', '18.1.1'],
  ['the SDK on an iPad', 'Prelude/0.7.0 (Apple; iPadOS 18.1)', 'iPad', 'tablet', '18.1'],
  ['the SDK on Android', 'okhttp/4.12.0', 'Android', 'mobile', ''],
  ['the SDK for the web, before it had a header of its own', 'Prelude/0.2.0 Core/0.1.0 (Web)', '', 'unknown', ''],
  ['a command line', 'curl/8.5.0', '', 'unknown', ''],
]

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  for (const [what, agent, model, type, os] of AGENTS) {
    test(`${engine}: a session of ${what} is listed as such, whatever refreshes it later`, async () => {
      const key = await dpopKey(w)
      const token = await challengeToken(w, app, await user(w, app))
      const login = await finalizeWith(app, key, token, { headers: { 'user-agent': agent } })
      const headers = { 'user-agent': 'curl/8.5.0', 'x-refresh-token': refreshTokenOf(login) ?? '' }
      const { access_token } = (await postProven(app, REFRESH, key, { headers })).body
      const { sessions } = (await app.call(LIST, { headers: { authorization: `Bearer ${access_token}` } })).body
      const [{ device_model, device_type, os_version }] = sessions
      assert.deepEqual(
        { device_model, device_type, os_version },
        { device_model: model, device_type: type, os_version: os },
      )
    })
  }
}
