import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  applicationRecord,
  challengeToken,
  dpopKey,
  login,
  REFRESH,
  sentCode,
  sentCodes,
  user,
} from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { checkWith, FAMILIES, NEW, PHONE, retryWith, started, tokenOf } from '../../../test/house/codes.ts'
import { linkAccount } from '../../../test/house/federation.ts'
import { configure as configureMigration, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import { begin, CONFIG, comeBack, configOf, play, returned } from '../../../test/house/oauth.ts'
import { loginBy } from '../../../test/house/passkey-calls.ts'
import { signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { givePassword, logIn, PASSWORD, PASSWORD_CONFIG, passwordConfig, WRONG } from '../../../test/house/passwords.ts'
import { COMPANY, connect, REDIRECT_URI, withConnection } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure, direct, doCodeStep, OTP } from '../../../test/house/step-up.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { issueLoginChallenge } from '../challenges/challenge-token.ts'
import { insertIdentifier } from '../identifiers/store.ts'

const ADA = `ada@${COMPANY}`
const AT_HOME = 'ada@home.example'
const ENFORCED = { behavior: { enforce_login: true } }
const FREE = { behavior: { enforce_login: false } }

for (const { engine, w } of await stages()) {
  /** Somebody whose company's connection will be enforced, with a second address and a number besides. */
  async function adaOf(app: Parameters<typeof user>[1]) {
    const userId = await user(w, app, { email: ADA, phone: PHONE })
    const home = { type: 'email_address', value: AT_HOME } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, home, true))
    return userId
  }

  test(`${engine}: a login that has proven who it is before a company enforces its connection ends in no session after it`, async () => {
    const it = await withPasskeys(w, {}, { redirectUris: [REDIRECT_URI] })
    const { app } = it
    await app.manage(PASSWORD_CONFIG, { body: passwordConfig() })
    const client = await signedIn(it, { email: ADA })
    const one = await withPasskey(it, client)
    await givePassword(app, client.userId)
    const google = await play(w, 'google')
    const merging = { options: { use_email_as_identifier: true, allow_email_account_merge: true } }
    await app.manage(`${CONFIG}/google`, { body: configOf('google', merging) })
    google.claims = { email: ADA }
    const connection = await connect(w, app)
    const token = (body: { challenge_token?: string }) => ({ token: body.challenge_token ?? assert.fail() })
    const ways = {
      async code() {
        const sent = await started(app, NEW, ADA)
        return token((await checkWith(app, NEW, sent, await sentCode(w, app, ADA))).body)
      },
      password: async () => token((await logIn(app, ADA, PASSWORD)).body),
      passkey: async () => token((await loginBy(it, one)).body),
      async provider() {
        const { url, verifier } = await begin(app, 'google')
        return { ...token(returned(await comeBack(app, 'google', google.consent(url)))), verifier }
      },
      'another way': async () => ({ token: await challengeToken(w, app, client.userId) }),
    }
    for (const [name, prove] of Object.entries(ways)) {
      await connection.set(FREE)
      const [inTime, late] = [await prove(), await prove()]
      const end = async ({ token, ...rest }: typeof inTime) => finalizeWith(app, await dpopKey(w), token, rest)
      assert.equal((await end(inTime)).status, 200, name)
      await connection.set(ENFORCED)
      const refused = await end(late)
      assert.doesNotThrow(() => assertRefused(refused, 'invalid_challenge_token', 'bad_request'), name)
    }
  })

  test(`${engine}: what has the company's word, or the legacy system's, and what has a session already, goes on`, async () => {
    const { app, connection } = await withConnection(w, ENFORCED)
    const record = await applicationRecord(w, app)
    await configure(app, direct('pay'))
    await configureMigration(app)
    hookKnows(w, personOf('legacy-1', ADA))
    const { userId } = await moveOver(w, app)
    const identity = { provider: connection.id, issuer: '', subject: ADA }
    await linkAccount(w, app, userId, connection.id, ADA, ADA)
    const bySaml = async () => {
      const proof = { userId, amr: ['fed'], identity }
      return await finalizeWith(app, await dpopKey(w), await issueLoginChallenge(w.deps, record, proof))
    }
    assert.equal((await bySaml()).status, 200)
    await connection.set(FREE)
    const client = await login(w, app, userId)
    await connection.set(ENFORCED)
    assert.equal((await client.post(REFRESH)).status, 200)
    const step = await challenged(app, client, 'pay')
    assert.ok(await doCodeStep(w, app, client, step))
    const another = await challenged(app, client, 'pay')
    const sent = await app.call(OTP, { body: { challenge_token: another } })
    assertNoContent(await retryWith(app, NEW, tokenOf(sent)))
    // The connection does not speak for the address, is off, or is gone.
    const changes = [
      () => connection.set({ behavior: { email_domain_allowlist: ['other.example'] } }),
      () => connection.set({ enabled: false, behavior: { email_domain_allowlist: [COMPANY] } }),
      () => connection.remove(),
    ]
    for (const change of changes) {
      await change()
      assertRefused(await bySaml(), 'invalid_challenge_token', 'bad_request')
    }
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a code that was sent before a company enforces its connection opens nothing after it, and is not sent again`, async () => {
    const { app, connection } = await withConnection(w)
    await adaOf(app)
    for (const family of FAMILIES)
      for (const recipient of [ADA, `new@${COMPANY}`, AT_HOME, PHONE]) {
        await connection.set(FREE)
        const sent = await started(app, family, recipient)
        const code = await sentCode(w, app, recipient)
        await connection.set(ENFORCED)
        const answer = await checkWith(app, family, sent, code)
        const name = `${family.name} ${recipient}`
        assert.doesNotThrow(() => assertRefused(answer, 'saml_login_required', 'forbidden'), name)
      }
    assert.equal((await app.manage('/users')).body.users.length, 1)
    await connection.set(FREE)
    const [mine, phones] = [await started(app, NEW, ADA), await started(app, NEW, PHONE)]
    const before = await sentCodes(w, app, ADA)
    await connection.set(ENFORCED)
    for (const family of FAMILIES) assertRefused(await retryWith(app, family, mine), 'saml_login_required', 'forbidden')
    assert.deepEqual(await sentCodes(w, app, ADA), before)
    // Whose a number is, nobody learns without its code.
    assertNoContent(await retryWith(app, NEW, phones))
    await connection.set(FREE)
    assertNoContent(await retryWith(app, NEW, mine))
    assert.equal((await checkWith(app, NEW, mine, await sentCode(w, app, ADA))).status, 200)
  })

  test(`${engine}: a password for another address of somebody whose company enforces its connection tells so, to whoever knows it`, async () => {
    const { app } = await withConnection(w, ENFORCED)
    await app.manage(PASSWORD_CONFIG, { body: passwordConfig() })
    await givePassword(app, await adaOf(app))
    assertRefused(await logIn(app, AT_HOME, PASSWORD), 'saml_login_required', 'forbidden')
    assertRefused(await logIn(app, AT_HOME, WRONG), 'unauthorized', 'unauthorized')
  })
}
