import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hash } from '@node-rs/argon2'
import fc from 'fast-check'
import { DEFAULT_PASSWORD_HASH_COST, hashPassword, readImportedHash, verifyPassword } from './password-hash.ts'

const CHEAP = { memoryKib: 64, iterations: 1 }
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

test('a hash is argon2id with 19 MiB, two passes, one lane, 16 bytes of salt and 32 of digest', async () => {
  const stored = await hashPassword('password', DEFAULT_PASSWORD_HASH_COST)
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.deepEqual(await verifyPassword(stored, 'password'), { kind: 'match', outdated: false })
  assert.deepEqual(await verifyPassword(stored, 'Password'), { kind: 'mismatch' })
})

test('the same password is never hashed the same twice', async () => {
  assert.notEqual(await hashPassword('password', CHEAP), await hashPassword('password', CHEAP))
})

test('the hash is that of the UTF-8 bytes of the NFKC form', async () => {
  const stored = await hashPassword('e\u0301 \ufb01 \uff11', CHEAP)
  const salt = Buffer.from(stored.split('$')[4] ?? '', 'base64')
  const same = await hash(Buffer.from('\u00e9 fi 1'), { memoryCost: 64, timeCost: 1, parallelism: 1, salt })
  assert.equal(stored, same)
  for (const typed of ['e\u0301 \ufb01 \uff11', '\u00e9 fi 1']) {
    assert.equal((await verifyPassword(stored, typed, CHEAP)).kind, 'match')
  }
})

test('no byte of a long password is ignored', async () => {
  const long = 'x'.repeat(10_000)
  const stored = await hashPassword(`${long}a`, CHEAP)
  assert.equal((await verifyPassword(stored, `${long}a`)).kind, 'match')
  assert.equal((await verifyPassword(stored, `${long}b`)).kind, 'mismatch')
  assert.equal((await verifyPassword(await hashPassword('a\0b', CHEAP), 'a')).kind, 'mismatch')
})

test('a hash is outdated below the memory or the passes asked for, and not at or above them', async () => {
  const stored = await hashPassword('password', { memoryKib: 128, iterations: 2 })
  const isOutdated = async (memoryKib: number, iterations: number) =>
    verifyPassword(stored, 'password', { memoryKib, iterations })
  assert.deepEqual(await isOutdated(128, 2), { kind: 'match', outdated: false })
  assert.deepEqual(await isOutdated(64, 1), { kind: 'match', outdated: false })
  assert.deepEqual(await isOutdated(129, 2), { kind: 'match', outdated: true })
  assert.deepEqual(await isOutdated(128, 3), { kind: 'match', outdated: true })
  assert.deepEqual(await verifyPassword(stored, 'password'), { kind: 'match', outdated: true })
})

test('a cost of ours beyond the limits of imports still verifies', async () => {
  const stored = await hashPassword('password', { memoryKib: 64, iterations: 11 })
  assert.equal((await verifyPassword(stored, 'password')).kind, 'match')
  assert.equal(readImportedHash(stored).kind, 'refused')
})

test('an imported argon2id is outdated whatever it cost', async () => {
  const stored = await hashPassword('password', CHEAP)
  const imported = readImportedHash(stored)
  assert.equal(imported.kind, 'accepted')
  assert.deepEqual(await verifyPassword(imported.hash, 'password', CHEAP), { kind: 'match', outdated: true })
})

test('an imported hash is compared with the password as it was typed', async () => {
  const sha1OfDecomposed = 'sha1:7e3fbcf1b6a69221cd8eef7442ef3b51a253bb49'
  assert.equal((await verifyPassword(sha1OfDecomposed, 'e\u0301')).kind, 'match')
  assert.equal((await verifyPassword(sha1OfDecomposed, '\u00e9')).kind, 'mismatch')
})

test('a stored text that is no hash is a bug', async () => {
  assert.throws(() => verifyPassword('nonsense', 'password'), /does not read back/)
})

test('text that no system writes as a hash is refused with a reason', () => {
  const refusals: [string, RegExp][] = [
    ['', /form of the hash is not known/],
    ['password', /form of the hash is not known/],
    ['$1$gwvn5BO0$3dyk8j.UTcsNUPrLMsU6/0', /not known/],
    [` ${BCRYPT}`, /not known/],
    [`${BCRYPT}\n`, /control or broken character/],
    [`${BCRYPT}\0`, /control or broken character/],
    [`md5:prefix:\ud800:${'0'.repeat(32)}`, /control or broken character/],
    ['5f4dcc3b5aa765d61d8327deb882cf99', /bare hex digest/],
    [`md5:prefix:${'x'.repeat(1024)}:${'0'.repeat(32)}`, /longer than 1024/],
  ]
  for (const [text, problem] of refusals) {
    const imported = readImportedHash(text)
    assert.equal(imported.kind, 'refused', text)
    assert.match(imported.problem, problem)
  }
})

const HASHES = [
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  BCRYPT,
  `bcrypt_sha256$${BCRYPT}`,
  `$wp${BCRYPT}`,
  `scrypt$16384$seasalt$8$1$${'A'.repeat(86)}==`,
  '$scrypt$ln=14,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
  '$firebase-scrypt$mem_cost=14,rounds=8,salt_separator=Bw==,signer_key=AAAAAAAAAAAAAAAAAAAAAA==$AAAA$AAAAAAAAAAAAAAAAAAAAAA==',
  '$pbkdf2-sha256$i=1,l=16$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
  'pbkdf2_sha256$1$seasalt$AAAAAAAAAAAAAAAAAAAAAA==',
  'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0',
  'U$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf',
  '$5$rounds=5000$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  'md5:prefix:salt:900150983cd24fb0d6963f7d28e17f72',
  'sha1$salt$a9993e364706816aba3e25717850c26c9cd0d89d',
  '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ',
  'digest:sha256:rounds=1024:prefix:AQIDBAUGBwg:zIJYdveQ9sZsbV4P+j6jRmjbS2fll3fzC+XEbazSNa4',
  'digest:hmac-sha256:rounds=1:key:c2VjcmV0:LmsSRVH4pbSW/uRqJq5qr7TjokW7xqVT6GHAgVcPH5o',
]

test('reading never throws, and what is stored reads back as it is', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1020 }))
  const altered = fc
    .tuple(
      fc.constantFrom(...HASHES),
      fc.nat(150),
      fc.nat(6),
      fc.oneof(fc.string(), fc.stringMatching(/^[$=,:{}0-9A]*$/)),
    )
    .map(([text, start, removed, put]) => text.slice(0, start) + put + text.slice(start + removed))
  fc.assert(
    fc.property(fc.oneof(anyText, altered), (text) => {
      const imported = readImportedHash(text)
      if (imported.kind === 'accepted') assert.deepEqual(readImportedHash(imported.hash), imported)
    }),
    { numRuns: 3000, examples: HASHES.map((text) => [text]) },
  )
})

test('a refusal repeats nothing of salt or digest', () => {
  for (const text of HASHES) {
    const imported = readImportedHash(`${text}!!`)
    if (imported.kind === 'accepted') continue
    for (const part of text.split(/[$:}]/).filter((secret) => secret.length > 20)) {
      assert.equal(imported.problem.includes(part), false)
    }
  }
})

test('every example of the guide is read and matches its password', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/password-hash-forms.md'), 'utf8')
  const rows = [...guide.matchAll(/^\|[^|\n]+\|[^|\n]+\| `([^|\n]+)` +\| (?:`([^|\n]+)`|none) +\|$/gm)]
  assert.equal(rows.length, 25)
  for (const [, text = '', password = ''] of rows) {
    const imported = readImportedHash(text)
    assert.equal(imported.kind, 'accepted', text)
    assert.equal((await verifyPassword(imported.hash, password)).kind, 'match', text)
  }
})
