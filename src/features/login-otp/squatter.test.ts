import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, claimsOf, dpopKey, grant, login, REFRESH } from '../../../test/builders.ts'
import { checkWith, loginByCode, NEW, started, WEB } from '../../../test/house/codes.ts'
import { logIn, PASSWORD, passwordApp, RESET, signUp } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, checkCode, configure, managed, OTP, requestScope, sendCode } from '../../../test/house/step-up.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

const EMAIL = 'victim@example.com'
const PHONE = 'prld:phone:register'

for (const { engine, w } of await stages()) {
  test(`${engine}: nothing that a squatter made ready opens the account once its address is proven`, async () => {
    const app = await passwordApp(w, { sign_up_enabled: true })
    await configure(app, managed(PHONE), managed('prld:email:register'))
    const signedUp = await finalizeWith(
      app,
      await dpopKey(w),
      (await signUp(app, EMAIL, PASSWORD)).body.challenge_token,
    )
    const userId = String(claimsOf(signedUp.body.access_token).sub)
    const pending = (await logIn(app, EMAIL, PASSWORD)).body.challenge_token
    const client = await login(w, app, userId)
    const phone = await challenged(app, client, PHONE, { metadata: { identifier: '+33612345678' } })
    const { code } = await sendCode(w, app, phone)
    const email = await challenged(app, client, 'prld:email:register', {
      metadata: { identifier: 'other@example.com' },
    })
    await grant(w, app, client, 'prld:pwd:write')
    const verification = await started(app, NEW, EMAIL)
    w.advance(1)

    const owner = await loginByCode(w, app, WEB, EMAIL)
    const { sub, scope } = claimsOf(owner.body.access_token)
    assert.deepEqual([sub, scope], [userId, undefined])
    const codeOf = ({ body }: Answer) => body?.code
    const password = 'quite another password'
    assert.deepEqual(
      {
        'a login that waits to be finalized': codeOf(await finalizeWith(app, await dpopKey(w), pending)),
        'the session': codeOf(await client.post(REFRESH)),
        'a registration whose code is known': codeOf(await checkCode(app, client, phone, code)),
        'a registration': codeOf(await app.call(OTP, { body: { challenge_token: email } })),
        'a granted scope': codeOf(await client.bearer(RESET, { method: 'POST', body: { password } })),
        'the access token': codeOf(await requestScope(app, client, PHONE)),
        'the password': codeOf(await logIn(app, EMAIL, PASSWORD)),
        'the same sign-up': codeOf(await signUp(app, EMAIL, PASSWORD)),
        'a verification of theirs': codeOf(await checkWith(app, NEW, verification, '000000')),
      },
      {
        'a login that waits to be finalized': 'invalid_challenge_token',
        'the session': 'unauthorized',
        'a registration whose code is known': 'unauthorized',
        'a registration': 'unauthorized',
        'a granted scope': 'unauthorized',
        'the access token': 'unauthorized',
        'the password': 'unauthorized',
        'the same sign-up': 'identifier_already_exists',
        'a verification of theirs': 'bad_check_code',
      },
    )
    const { user } = (await app.manage(`/users/${userId}`)).body
    assert.deepEqual(user.identifiers, [{ type: 'email_address', value: EMAIL }])
  })
}
