import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPassword, mapWith, recordOf } from './example.fixture.ts'
import type { Raw, Source, SourceOptions } from './source.ts'
import { auth0 } from './sources/auth0.ts'
import { betterAuth } from './sources/better-auth.ts'
import { clerk } from './sources/clerk.ts'
import { fusionauth } from './sources/fusionauth.ts'
import { keycloak } from './sources/keycloak.ts'
import { kratos } from './sources/kratos.ts'
import { ldap } from './sources/ldap.ts'
import { spring } from './sources/spring.ts'
import { stytch } from './sources/stytch.ts'
import { supabase } from './sources/supabase.ts'
import { supertokens } from './sources/supertokens.ts'
import { wordpress } from './sources/wordpress.ts'

// Python 3.11, hashlib, hmac and crypt, of `legacy-pass-1`; Firebase's by the example of that source
const SALT8 = 'AQIDBAUGBwg='
const SALT32 = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const FIREBASE = {
  key: 'hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==',
  hash: 'HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg==',
  salt: 'nXbh/4oDzWy+uA==',
}
const BCRYPT = '$2b$04$tzF4Q1bmZWiMfG3Ye4I1eeT7S3RhOnMUcAwWk33voQGqBdYYV4s3a'
const SSHA = '{SSHA}UPkMs6+t7YB0iU038yIsCC3JBJoBAgMEBQYHCA=='
const ARGON2 = '$argon2id$v=19$m=4096,t=1,p=16$c29tZXNhbHRzb21lc2FsdA$ksRsR86/AJ+IKABAE3MDvN4PXnez8pD/giB04L6F/ws'
const SHA512_CRYPT =
  '$6$saltsalt$w9MQhuytzI0fat/zEThZceS8APA//Ep/i7WfoxxEbL0b8ju6kRqtQAdzivGv0ohsz8nAOyAtdQ47fPitWfy5Q1'
const WERKZEUG =
  'scrypt:32768:8:1$abcDEF$d12493dc9e82e42072ba64bf61a64685ef225bb830484a3501aba5d344a4ea848c2f4ce29220d33ff262015435688323288a34c91ca79f3b9b410e0a2da29894'
const SYMFONY =
  'sha512_symfony$5000$Xy12abz$Hyf5kFGtJmL99yis7MQUiR1m359Gz8s6DaOgZmx7abPco//8G33E6bPgqBOOQRhYkDWXGKS14bWQsbxezvY9LQ=='
const HMAC_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=='
const SHA256_SALTED = 'e45987ba6340588516b7f3c37466f717fe45140c1ea2a210fac03f55e3cb73d4'

const clerkWith = (password_hasher: string, password_digest: string): Raw => ({
  id: 'c',
  password_hasher,
  password_digest,
})
const custom = (custom_password_hash: object): Raw => ({ user_id: 'auth0|a', custom_password_hash })
const springWith = (password: string): Raw => ({ username: 'gus@lumen.example', password })
const kratosWith = (hashed_password: string): Raw => ({
  id: 'k',
  credentials: { password: { config: { hashed_password } } },
})
const fusionauthWith = (encryptionScheme: string, factor: number, salt: string, password: string): Raw => ({
  id: 'f',
  ...{ encryptionScheme, factor, salt, password },
})
const keycloakWith = (credentialData: object, secretData: object): Raw => ({
  id: 'k',
  credentials: [
    { type: 'password', credentialData: JSON.stringify(credentialData), secretData: JSON.stringify(secretData) },
  ],
})
const base64 = (text: string) => Buffer.from(text).toString('base64')

const HASHES: readonly [source: Source, what: string, raw: Raw, options?: Partial<SourceOptions>][] = [
  [clerk, 'bcrypt', clerkWith('bcrypt', BCRYPT)],
  [clerk, 'argon2id', clerkWith('argon2id', ARGON2)],
  [clerk, 'ldap_ssha', clerkWith('ldap_ssha', SSHA)],
  [clerk, 'md5', clerkWith('md5', '0324865c3f5d7132aa85a75ea428f000')],
  [clerk, 'md5_salted', clerkWith('md5_salted', 'abc$0e7a54aba3ed71c2f9113bf2f2ec7fbf')],
  [clerk, 'sha256', clerkWith('sha256', 'bc2c92454ab5ce983c7e2b2981559123b312caae526b72a035b16c8c926ac66b')],
  [clerk, 'sha256_salted', clerkWith('sha256_salted', `abc$${SHA256_SALTED}`)],
  [clerk, 'sha256_salted, the other way round', clerkWith('sha256_salted', `${SHA256_SALTED}$abc`)],
  [
    clerk,
    'pbkdf2_sha1, salt in hex',
    clerkWith(
      'pbkdf2_sha1',
      'pbkdf2_sha1$1000$0102030405060708$11d1cc0ae4ee096d6df352eaaaf0b932168c5bd25d29626087b92a3ea7399575$32',
    ),
  ],
  [
    clerk,
    'pbkdf2_sha1, salt as text',
    clerkWith('pbkdf2_sha1', 'pbkdf2_sha1$1000$xyz$f36b2de0042a7ce67ae2ad46d7a6c49d3ef93b078f503cac42b95797296a396e'),
  ],
  [
    clerk,
    'pbkdf2_sha256',
    clerkWith('pbkdf2_sha256', `pbkdf2_sha256$1000$${SALT8}$25x0c0mT50m5Km+Kw9EqJADLMBgw/W5zyPtvD7xHMwQ=`),
  ],
  [
    clerk,
    'pbkdf2_sha256_django',
    clerkWith('pbkdf2_sha256_django', 'pbkdf2_sha256$1000$xyz$FU1Xi5T6/f6DuKN1l0hBU+6OpEUEYkHkFZBKYL6kt+Y='),
  ],
  [
    clerk,
    'pbkdf2_sha512',
    clerkWith(
      'pbkdf2_sha512',
      'pbkdf2_sha512$1000$xyz$bf06c728b80661e97d73ca006edd3524786c4a9461c8c9cf68e8148c950081edc098e59363ca0b843e7f804517f0afcd751613d984b7d5babb28c1dfc84d58c5',
    ),
  ],
  [
    clerk,
    'pbkdf2_sha512_hex',
    clerkWith(
      'pbkdf2_sha512_hex',
      'pbkdf2_sha512_hex$1000$0102030405060708$956a06d8b00657c8775bc741182bbfa0502d233f0d01e2ce7cd3e481d034f4ed6df13e1b4ef4569b75d3805080ce473fee41411547f78f8bd170e33691c9d487',
    ),
  ],
  [
    clerk,
    'scrypt_firebase',
    clerkWith('scrypt_firebase', `${FIREBASE.hash}$${FIREBASE.salt}$${FIREBASE.key}$Bw==$8$14`),
  ],
  [clerk, 'scrypt_werkzeug', clerkWith('scrypt_werkzeug', WERKZEUG)],
  [
    clerk,
    'hmac_sha256_utf16_b64',
    clerkWith(
      'hmac_sha256_utf16_b64',
      `hmac_sha256_utf16_b64$jCF7hZ2xqXdwNCyjdT+Rxc60ZESC0m7zuLvOf3mmlzE=$${HMAC_KEY}`,
    ),
  ],
  [clerk, 'sha512_symfony', clerkWith('sha512_symfony', SYMFONY)],
  [auth0, 'bcrypt', custom({ algorithm: 'bcrypt', hash: { value: BCRYPT } })],
  [auth0, 'argon2', custom({ algorithm: 'argon2', hash: { value: ARGON2 } })],
  [auth0, 'ldap', custom({ algorithm: 'ldap', hash: { value: SSHA } })],
  [
    auth0,
    'pbkdf2',
    custom({
      algorithm: 'pbkdf2',
      hash: { value: `$pbkdf2-sha256$i=1000,l=32$${SALT8}$25x0c0mT50m5Km+Kw9EqJADLMBgw/W5zyPtvD7xHMwQ=` },
    }),
  ],
  [
    auth0,
    'sha512, salt in hex behind',
    custom({
      algorithm: 'sha512',
      hash: {
        value:
          'ee2ae8af79940398b6a6c62cdd6ac4c819cb97382ada693d74c07d0c6dd8190ce7534ff164be7de5b2f757848e409698b35216bb7b6796dc1a3192aa4a97dcc5',
        encoding: 'hex',
      },
      salt: { value: '00ff10', encoding: 'hex', position: 'suffix' },
    }),
  ],
  [
    auth0,
    'sha1 of UTF-16',
    custom({
      algorithm: 'sha1',
      hash: { value: '363efea0bc4d5eabc4c19a61bc0526fca4349e1d', encoding: 'hex' },
      salt: { value: 'salt' },
      password: { encoding: 'utf16le' },
    }),
  ],
  [
    auth0,
    'hmac',
    custom({
      algorithm: 'hmac',
      hash: {
        value: '2e6b124551f8a5b496fee46a26ae6aafb4e3a245bbc6a553e861c081570f1f9a',
        encoding: 'hex',
        digest: 'sha256',
        key: { value: 'secret', encoding: 'utf8' },
      },
    }),
  ],
  [
    auth0,
    'scrypt',
    custom({
      algorithm: 'scrypt',
      hash: { value: 'n8aOhw/2GINL1P7fwsd8qWkXOqG3JarNJgnzctY6Y2w=', encoding: 'base64' },
      salt: { value: '0102030405060708', encoding: 'hex' },
      ...{ keylen: 32, cost: 16384, blockSize: 8, parallelization: 1 },
    }),
  ],
  [
    spring,
    '{pbkdf2}',
    springWith('{pbkdf2}01020304050607080e3ac9d45e432769626e781cd4bed97c9d92d343aeeb1d62343b11f06afc38e2'),
  ],
  [spring, '{scrypt}', springWith(`{scrypt}$e0801$${SALT8}$n8aOhw/2GINL1P7fwsd8qWkXOqG3JarNJgnzctY6Y2w=`)],
  [
    spring,
    '{scrypt@SpringSecurity_v5_8}',
    springWith(
      '{scrypt@SpringSecurity_v5_8}$100801$AAECAwQFBgcICQoLDA0ODw==$dOnRazfVBH0ecnSMoJcVSxpKpo/4A0FLorAHldNBjBM=',
    ),
  ],
  [
    spring,
    '{SHA-256}, braces and all',
    springWith('{SHA-256}{abc}4a331ebb36fc7d080d1c6c9e56fe08d6703f3e77f156050dba435462de18f023'),
  ],
  [spring, '{SHA-1}', springWith('{SHA-1}{abc}c75d76653c19b12c1fb7df0b3c8fb8a9116b9072')],
  [spring, '{MD5}', springWith('{MD5}{abc}2a776c73e92510c2c73aea8bcaba2324')],
  [
    spring,
    '{sha256}, StandardPasswordEncoder',
    springWith('{sha256}0102030405060708cc825876f790f6c66c6d5e0ffa3ea34668db4b67e59777f30be5c46dacd235ae'),
  ],
  [spring, '{bcrypt}', springWith(`{bcrypt}${BCRYPT}`)],
  [spring, '{argon2@SpringSecurity_v5_8}', springWith(`{argon2@SpringSecurity_v5_8}${ARGON2}`)],
  [spring, '{ldap}', springWith(`{ldap}${SSHA}`)],
  [spring, 'LDAP without an id', springWith(SSHA)],
  [spring, '{noop}', springWith('{noop}legacy-pass-1')],
  [
    spring,
    'without an id, by option',
    springWith('0102030405060708cc825876f790f6c66c6d5e0ffa3ea34668db4b67e59777f30be5c46dacd235ae'),
    { springEncoder: 'sha256' },
  ],
  [
    keycloak,
    'PBKDF2-SHA256 with a key of 64 bytes',
    keycloakWith(
      { hashIterations: 27500, algorithm: 'pbkdf2-sha256' },
      {
        salt: SALT8,
        value: 'TpLJrunOj+SMUv4tyUTxf/wFS2jTPyeWg6rgUcng2ciEo+c8bzGicdeZyZC4yRswgJiz/JgEaz52epwE4zFadg==',
      },
    ),
  ],
  [
    keycloak,
    'PBKDF2-SHA512',
    keycloakWith(
      { hashIterations: 210000, algorithm: 'pbkdf2-sha512' },
      {
        salt: SALT8,
        value: 'A3DK/Jz8tk3J9X7haO0Tbyy5dwLaKiQb6vCSRXj7XDDCqnofweBMy5BlLqxC49UbTCzh137ZPUmyn+8V/Fxg1A==',
      },
    ),
  ],
  [
    keycloak,
    'all in one, as before version 8',
    {
      id: 'k',
      credentials: [
        {
          ...{ type: 'password', algorithm: 'pbkdf2-sha256', hashIterations: 27500, salt: SALT8 },
          hashedSaltedValue: 'TpLJrunOj+SMUv4tyUTxf/wFS2jTPyeWg6rgUcng2ciEo+c8bzGicdeZyZC4yRswgJiz/JgEaz52epwE4zFadg==',
        },
      ],
    },
  ],
  [
    fusionauth,
    'salted-sha256',
    fusionauthWith('salted-sha256', 20000, SALT32, 'JCaR/sCy8dKNZwdfIDA6Ewgw76njQs//CaKR/sgPwLw='),
  ],
  [fusionauth, 'salted-md5', fusionauthWith('salted-md5', 1000, SALT32, '/aNJX3sAiJWTVYTbdfXZbg==')],
  [fusionauth, 'bcrypt', fusionauthWith('bcrypt', 4, BCRYPT.slice(7, 29), BCRYPT.slice(29))],
  [kratos, 'argon2id of sixteen lanes', kratosWith(ARGON2)],
  [
    kratos,
    'MD5 of {SALT}{PASSWORD}',
    kratosWith(`$md5$pf=${base64('{SALT}{PASSWORD}')}$${base64('salt1')}$06p82kWlZn08dnsRD3KsfQ==`),
  ],
  [
    kratos,
    'scrypt, whose ln is N',
    kratosWith(`$scrypt$ln=16384,r=8,p=1$${SALT8}$n8aOhw/2GINL1P7fwsd8qWkXOqG3JarNJgnzctY6Y2w=`),
  ],
  [
    kratos,
    'firescrypt',
    kratosWith(`$firescrypt$ln=14,r=8,p=1$${FIREBASE.salt}$${FIREBASE.hash}$Bw==$${FIREBASE.key}`),
  ],
  [
    kratos,
    'HMAC, base64 of hex',
    kratosWith(
      `$hmac-sha256$${base64('2e6b124551f8a5b496fee46a26ae6aafb4e3a245bbc6a553e861c081570f1f9a')}$${base64('secret')}`,
    ),
  ],
  [
    supabase,
    '$fbscrypt$',
    {
      id: 's',
      encrypted_password: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${FIREBASE.key}$${FIREBASE.salt}$${FIREBASE.hash}`,
    },
  ],
  [
    supertokens,
    '$f_scrypt$, whose key is elsewhere',
    { user_id: 's', password_hash: `$f_scrypt$${FIREBASE.hash}$${FIREBASE.salt}$m=14$r=8$s=Bw==` },
    { firebaseHash: { memCost: 1, rounds: 1, saltSeparator: '', signerKey: { base64: FIREBASE.key } } },
  ],
  [ldap, '{CRYPT}', { entryUUID: ['a'], userPassword: [`{CRYPT}${SHA512_CRYPT}`] }],
  [ldap, '{crypt} in small letters', { entryUUID: ['a'], userPassword: [`{crypt}${SHA512_CRYPT}`] }],
  [ldap, '{ARGON2}', { entryUUID: ['a'], userPassword: [`{ARGON2}${ARGON2}`] }],
  [
    ldap,
    '{PBKDF2-SHA256}',
    {
      uid: ['a'],
      userPassword: ['{PBKDF2-SHA256}1000$AAECAwQFBgcICQoLDA0ODw$uEz4yaPS8SlRdbCtgTM3XTXB.Uvk.x6P2LbI0IODaZE'],
    },
  ],
  [
    ldap,
    '{PBKDF2}',
    { entryUUID: ['a'], userPassword: ['{PBKDF2}1000$AAECAwQFBgcICQoLDA0ODw$EJcuGlldMiK3RHgspnB6vVJwU5Y'] },
  ],
  [wordpress, 'MD5 of long ago', { ID: 1, user_pass: '0324865c3f5d7132aa85a75ea428f000' }],
  [betterAuth, 'what an application with Auth.js hashed itself', { id: 'n', password: BCRYPT }],
  [stytch, 'what was imported there', { user_id: 'u', hashes: [{ hash: BCRYPT, hash_method: 'bcrypt' }] }],
]
for (const [source, what, raw, more] of HASHES) {
  test(`a hash of ${source.name}, ${what}, takes the password of there`, () => {
    checkPassword(recordOf(mapWith(source, raw, more)).password_hash ?? '')
  })
}

const UNREADABLE: readonly [source: Source, what: string, raw: Raw][] = [
  [clerk, 'awscognito', clerkWith('awscognito', 'awscognito#pool#client#ada')],
  [clerk, 'a hasher of tomorrow', clerkWith('toString', BCRYPT)],
  [clerk, 'bcrypt_peppered without its pepper here', clerkWith('bcrypt_peppered', `${BCRYPT}$pepper`)],
  [auth0, 'md4', custom({ algorithm: 'md4', hash: { value: 'ab', encoding: 'hex' } })],
  [auth0, 'bcrypt with an outer salt', custom({ algorithm: 'bcrypt', hash: { value: BCRYPT }, salt: { value: 'x' } })],
  [spring, '{MD4}', springWith('{MD4}{abc}2a776c73e92510c2c73aea8bcaba2324')],
  [fusionauth, 'a plug-in', fusionauthWith('our-own', 1, 'salt', 'hash')],
  [
    kratos,
    'another format of MD5',
    kratosWith(`$md5$pf=${base64('{PASSWORD}x{SALT}')}$${base64('s')}$06p82kWlZn08dnsRD3KsfQ==`),
  ],
  [
    supabase,
    'encrypted',
    { id: 's', encrypted_password: '{"key_id":"k","alg":"aes-gcm-hkdf","data":"x","nonce":"y"}' },
  ],
  [ldap, '{SASL}', { entryUUID: ['a'], userPassword: ['{SASL}ada@REALM'] }],
  [ldap, '{CRYPT}$1$', { entryUUID: ['a'], userPassword: ['{CRYPT}$1$saltsalt$mrpJn.qMJOznzJpxSuxzl0'] }],
  [ldap, '{NT}', { entryUUID: ['a'], userPassword: ['{NT}8846F7EAEE8FB117AD06BDD830B7586C'] }],
]
for (const [source, what, raw] of UNREADABLE) {
  test(`a hash of ${source.name}, ${what}, is kept sealed and opens nothing`, () => {
    const mapped = mapWith(source, raw)
    const { password_hash, leftovers = [] } = recordOf(mapped)
    assert.equal(password_hash, undefined)
    assert.deepEqual(
      [leftovers.map(({ kind }) => kind), mapped.notes[0]?.kind],
      [['password_unreadable'], 'password_unreadable'],
    )
  })
}
