import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { logIn, passwordApp, storedPassword, userWithPassword, WRONG } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'

/** The examples of the guide, each with the password it is of. */
const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guide/password-hash-forms.md'), 'utf8')
  .split('\n')
  .map((line) => /\| `([^`]+)` \| `([^`]+)` \|$/.exec(line))
  .flatMap((match) => (match ? [[match[1], match[2]] as [string, string]] : []))

/** Published vectors of what the guide names beside its examples. Origins: the tests of `crypto/password-hash/`. */
const MORE: readonly (readonly [hash: string, password: string])[] = [
  ['$2b$05$6bNw2HLQYeqHYyBfLMsv/OUcZd0LKP39b87nBw3.S2tVZSqiQX6eu', 'ё'],
  ['$2y$05$6bNw2HLQYeqHYyBfLMsv/OUcZd0LKP39b87nBw3.S2tVZSqiQX6eu', 'ё'],
  ['bcrypt$$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8', 'password'],
  ['argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q', 'secret'],
  ['md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3', 'lètmein'],
  ['sha1:a9993e364706816aba3e25717850c26c9cd0d89d', 'abc'],
  ['sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'abc'],
  [
    'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'abc',
  ],
  ['{SMD5}jNoSMNY0cybfuBWiaGlFw3Mfi/U=', 'password'],
  ['{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'password'],
  ['{MD5}X03MO1qnZdYdgyfeuILPmQ==', 'password'],
  ['{SSHA256}cQkkIKYj/URcsdMufhgGhYjup1ojX4CzSWkWtYrm5vwBAv8E', 'password'],
  ['{SSHA512}nZyFn5ljVOkIP3m3CIJfwSvjlPnovgkEsKRSN0tKyfOicSiddVhA3KWR+OAPA69ExmN3vpmB/zHjAJ3uZAh09wEC/wQ=', 'password'],
  ['{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=', 'password'],
]

const HOSTILE: readonly (readonly [hash: string, problem: string])[] = [
  ['$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'the bcrypt cost is 31, more than the 14'],
  ['$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'memory in KiB'],
  ['$argon2id$v=19$m=256,t=999999999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'passes'],
  ['$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ$d9ZXYjhleyA7GcpCwYoEl/FrSETjB0ro39/6P+3iFEI', 'scrypt'],
  ['$pbkdf2-sha512$i=2000000000$c2FsdHNhbHQ$dO1oT5Jh7pMSYA4w2kS8XoYFfK3q', 'iterations'],
  ['pbkdf2_sha256$999999999$seasalt2$aDapRanzW8aHTz97v2TcfHzWD+I=', 'PBKDF2'],
  ['$P$UIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', 'rounds'],
  ['$6$rounds=999999999$saltstring$x', 'sha'],
  ['900150983cd24fb0d6963f7d28e17f72', 'does not say how it was made'],
  ['hunter2', 'not known'],
  ['', 'not known'],
  ['x'.repeat(1025), 'longer than 1024'],
]

test('the guide has an example of every kind', () => {
  assert.ok(GUIDE.length >= 20, `${GUIDE.length} examples were read`)
})

for (const { engine, w } of await stages()) {
  test(`${engine}: every form is imported, logs in once through the login, and is argon2id afterwards`, async () => {
    const app = await passwordApp(w)
    for (const [index, [hash, password]] of [...GUIDE, ...MORE].entries()) {
      const email = `user${index}@example.com`
      const userId = await userWithPassword(w, app, email, { password_hash: hash })
      assert.notEqual(password, WRONG)
      assertRefused(await logIn(app, email, WRONG), 'unauthorized', 'unauthorized')
      assert.doesNotMatch((await storedPassword(w, app, userId))?.hash ?? '', /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/)
      assert.equal((await logIn(app, email, password)).status, 200, hash)
      const renewed = (await storedPassword(w, app, userId))?.hash ?? ''
      assert.match(renewed, /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/, hash)
      assert.equal((await logIn(app, email, password)).status, 200, hash)
      assert.equal((await storedPassword(w, app, userId))?.hash, renewed)
    }
  })

  test(`${engine}: a hash that is malformed, or would stop the server at each login, is refused with the reason`, async () => {
    const app = await application(w)
    const created = await app.manage('/users', {
      body: { identifiers: [{ type: 'email_address', value: 'a@b.example' }] },
    })
    const { id } = created.body
    for (const [password_hash, problem] of HOSTILE) {
      const put = await app.manage(`/users/${id}/password`, { method: 'PUT', body: { password_hash } })
      const identifiers = [{ type: 'email_address', value: 'new@b.example' }]
      for (const answer of [put, await app.manage('/users', { body: { identifiers, password_hash } })]) {
        assertDenied(answer, 'invalid_password_hash', 'bad_request', problem)
        assert.ok(answer.body.message.startsWith('body.password_hash: '))
        assert.ok(!/[A-Za-z0-9+/.]{20}/.test(answer.body.message), 'the message repeats the hash')
      }
    }
    assert.equal(await storedPassword(w, app, id), undefined)
    assert.equal((await app.manage('/users')).body.users.length, 1)
  })
}
