import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { authority, base64, entry, metadataFile } from '../../test/house/fido.ts'
import { selfSignedCertificate } from '../../test/tls.ts'
import { type Config, readConfig, readVariable, type Variables } from './config.ts'
import { VARIABLES } from './config-variables.ts'

const KEY = Buffer.alloc(32, 9).toString('base64')

const folder = mkdtempSync(join(tmpdir(), 'antiphon-config-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Takes no room. */
const huge = file('huge', '')
truncateSync(huge, 64 * 1024 * 1024 + 1)

function config(variables: Variables = {}): Config {
  const outcome = readConfig({ ANTIPHON_MASTER_KEY: KEY, ...variables })
  assert.equal(outcome.kind, 'config', JSON.stringify(outcome))
  return (outcome as { config: Config }).config
}

function faults(variables: Variables): string[] {
  const outcome = readConfig({ ANTIPHON_MASTER_KEY: KEY, ...variables })
  return outcome.kind === 'faults' ? outcome.faults : []
}

const ISSUER = 'https://id.corp.example/realm'

const company = (issuer: string): Variables => ({
  ANTIPHON_CONSOLE_OIDC_ISSUER: issuer,
  ANTIPHON_CONSOLE_OIDC_CLIENT_ID: 'console',
  ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET: 'hush',
})

test('a master key is all it needs', () => {
  assert.deepEqual(config(), {
    databaseUrl: 'sqlite:./data/antiphon.db',
    expectDatabase: false,
    processes: undefined,
    databasePool: 16,
    listen: { host: '127.0.0.1', port: 8080 },
    metricsListen: undefined,
    metricsPublic: false,
    consoleListen: undefined,
    consoleHost: undefined,
    consoleCompany: undefined,
    masterKey: new Uint8Array(32).fill(9),
    previousMasterKeys: [],
    baseDomain: 'session.localhost',
    publicScheme: 'https',
    drainSeconds: 5,
    tls: undefined,
    tlsFiles: undefined,
    secretFiles: [],
    trustedProxies: [],
    defaultApp: undefined,
    allowPrivateHooks: false,
    extraCertificateAuthority: undefined,
    fidoMetadata: undefined,
    dnsServers: [],
    trustTraceparent: false,
    logRequests: true,
    logLevel: 'info',
  })
})

test('proxies are kept in the one form in which addresses are compared', () => {
  const given = '::ffff:10.0.0.0/104, ::FFFF:192.0.2.1, 2001:DB8:0::/48 ,172.16.0.0/12,fc00::/7,10.1.2.3/8'
  assert.deepEqual(config({ ANTIPHON_TRUSTED_PROXIES: given }).trustedProxies, [
    '10.0.0.0/8',
    '192.0.2.1',
    '2001:db8::/48',
    '172.16.0.0/12',
    'fc00::/7',
    '10.1.2.3/8',
  ])
})

test('an empty variable is one that is not set', () => {
  const emptied = Object.fromEntries(VARIABLES.map(([name]) => [name, '']))
  assert.deepEqual(config({ ...emptied, ANTIPHON_MASTER_KEY: KEY }), config())
  assert.deepEqual(faults(emptied), [
    'ANTIPHON_MASTER_KEY: is missing: 32 random bytes in base64, e.g. from `openssl rand -base64 32`',
  ])
})

const NO_FILE = 'takes the path of a file: a database in memory is another one for each connection'

test('every variable says what it means', () => {
  const given = config({
    ANTIPHON_DATABASE_URL: 'postgres://db.internal/antiphon',
    ANTIPHON_EXPECT_DATABASE: 'true',
    ANTIPHON_LISTEN: '[::]:443',
    ANTIPHON_METRICS_LISTEN: 'localhost:0',
    ANTIPHON_METRICS_PUBLIC: 'true',
    ANTIPHON_CONSOLE_LISTEN: '127.0.0.1:9002',
    ANTIPHON_CONSOLE_HOST: 'Console.Example.com',
    ANTIPHON_CONSOLE_OIDC_ISSUER: 'http://id.corp.example/realm',
    ANTIPHON_CONSOLE_OIDC_CLIENT_ID: 'console',
    ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET_FILE: file('oidc-secret', 'hush\n'),
    ANTIPHON_BASE_DOMAIN: 'Session.Example.com:8443',
    ANTIPHON_PUBLIC_SCHEME: 'http',
    ANTIPHON_TRUSTED_PROXIES: '10.0.0.0/8, ::1,',
    ANTIPHON_DEFAULT_APP: 'demo',
    ANTIPHON_DNS_SERVERS: '192.0.2.1, 127.0.0.1:5353, 2001:db8::1, [2001:db8::1]:53',
    ANTIPHON_DRAIN_SECONDS: '0',
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
    ANTIPHON_LOG_LEVEL: 'silent',
    ANTIPHON_TRUST_TRACEPARENT: 'true',
    ANTIPHON_LOG_REQUESTS: 'false',
  })
  assert.equal(given.databaseUrl, 'postgres://db.internal/antiphon')
  assert.equal(given.expectDatabase, true)
  assert.deepEqual(given.listen, { host: '::', port: 443 })
  assert.deepEqual(given.metricsListen, { host: 'localhost', port: 0 })
  assert.equal(given.metricsPublic, true)
  assert.deepEqual(given.consoleListen, { host: '127.0.0.1', port: 9002 })
  assert.equal(given.consoleHost, 'console.example.com')
  assert.deepEqual(given.consoleCompany, {
    issuer: 'http://id.corp.example/realm',
    clientId: 'console',
    clientSecret: 'hush',
  })
  assert.deepEqual(given.secretFiles, [join(folder, 'oidc-secret')])
  assert.equal(given.baseDomain, 'session.example.com:8443')
  assert.equal(given.publicScheme, 'http')
  assert.deepEqual(given.trustedProxies, ['10.0.0.0/8', '::1'])
  assert.equal(given.defaultApp, 'demo')
  assert.deepEqual(given.dnsServers, ['192.0.2.1', '127.0.0.1:5353', '2001:db8::1', '[2001:db8::1]:53'])
  assert.equal(given.drainSeconds, 0)
  assert.equal(given.allowPrivateHooks, true)
  assert.equal(given.logLevel, 'silent')
  assert.equal(given.trustTraceparent, true)
  assert.equal(given.logRequests, false)
})

describe('a fault is one line that names its variable', () => {
  const table: readonly (readonly [Variables, string])[] = [
    [{ ANTIPHON_DATABASE_URL: 'mysql://db' }, 'ANTIPHON_DATABASE_URL: is neither sqlite:<path> nor postgres://…'],
    ...['sqlite::memory:', 'sqlite: :MEMORY:', 'sqlite:file:a.db?mode=memory', 'sqlite:FILE:/data/a.db'].map(
      (url) => [{ ANTIPHON_DATABASE_URL: url }, `ANTIPHON_DATABASE_URL: ${NO_FILE}`] as const,
    ),
    ...['postgres://db/a?pooler=statement', 'postgres://db/a?x=1&pooler='].map(
      (url) => [{ ANTIPHON_DATABASE_URL: url }, 'ANTIPHON_DATABASE_URL: pooler is `transaction` or left out'] as const,
    ),
    [{ ANTIPHON_DATABASE_URL: 'sqlite:' }, 'ANTIPHON_DATABASE_URL: is neither sqlite:<path> nor postgres://…'],
    [{ ANTIPHON_EXPECT_DATABASE: '1' }, 'ANTIPHON_EXPECT_DATABASE: is neither true nor false'],
    [{ ANTIPHON_LISTEN: '8080' }, 'ANTIPHON_LISTEN: is not host:port, such as 127.0.0.1:8080'],
    [{ ANTIPHON_LISTEN: 'localhost:65536' }, 'ANTIPHON_LISTEN: is not host:port, such as 127.0.0.1:8080'],
    [{ ANTIPHON_METRICS_LISTEN: '::1:80' }, 'ANTIPHON_METRICS_LISTEN: is not host:port, such as 127.0.0.1:8080'],
    [{ ANTIPHON_MASTER_KEY: 'c2hvcnQ=' }, 'ANTIPHON_MASTER_KEY: is not 32 bytes in base64'],
    [{ ANTIPHON_MASTER_KEY: `${KEY.slice(0, 20)}!${KEY.slice(20)}` }, 'ANTIPHON_MASTER_KEY: is not 32 bytes in base64'],
    [
      { ANTIPHON_MASTER_KEY: 'k'.repeat(43) },
      'ANTIPHON_MASTER_KEY: can be guessed: draw one at random, e.g. by `openssl rand -base64 32`',
    ],
    [{ ANTIPHON_BASE_DOMAIN: 'https://session.example.com' }, 'ANTIPHON_BASE_DOMAIN: is not a domain name'],
    [{ ANTIPHON_PUBLIC_SCHEME: 'ftp' }, 'ANTIPHON_PUBLIC_SCHEME: is neither https nor http'],
    [
      { ANTIPHON_TRUSTED_PROXIES: '10.0.0.1, proxy' },
      'ANTIPHON_TRUSTED_PROXIES: proxy is neither an address nor a CIDR range',
    ],
    [
      { ANTIPHON_TRUSTED_PROXIES: '10.0.0.0/33' },
      'ANTIPHON_TRUSTED_PROXIES: 10.0.0.0/33 is neither an address nor a CIDR range',
    ],
    ...[
      '10',
      '192.0.2',
      '0xa.0.0.1',
      '010.0.0.1',
      '10.0.0/8',
      '10.0.0.0/08',
      '10.0.0.0/',
      '10.0.0.0/255.0.0.0',
      'fe80::1%eth0',
      '[::1]',
      '10.0.0.1:80',
      '::/129',
      'loopback',
    ].map((one): [Variables, string] => [
      { ANTIPHON_TRUSTED_PROXIES: one },
      `ANTIPHON_TRUSTED_PROXIES: ${one} is neither an address nor a CIDR range`,
    ]),
    ...[
      '0.0.0.0/0',
      '::/0',
      '128.0.0.0/1',
      '10.0.0.0/7',
      '2000::/3',
      '::ffff:0.0.0.0/96',
      '::ffff:10.0.0.0/103',
      '::ffff:10.0.0.0/64',
    ].map((one): [Variables, string] => [
      { ANTIPHON_TRUSTED_PROXIES: one },
      `ANTIPHON_TRUSTED_PROXIES: ${one} is wider than any network of proxies: whoever is in it could claim any address`,
    ]),
    [{ ANTIPHON_METRICS_PUBLIC: '1' }, 'ANTIPHON_METRICS_PUBLIC: is neither true nor false'],
    [{ ANTIPHON_ALLOW_PRIVATE_HOOKS: 'yes' }, 'ANTIPHON_ALLOW_PRIVATE_HOOKS: is neither true nor false'],
    ...['301', '1.5', '05', '-1'].map((one): [Variables, string] => [
      { ANTIPHON_DRAIN_SECONDS: one },
      'ANTIPHON_DRAIN_SECONDS: is no whole number from 0 to 300',
    ]),
    ...['0', '129', '2.5', 'all'].map((one): [Variables, string] => [
      { ANTIPHON_DATABASE_URL: 'postgres://db/a', ANTIPHON_PROCESSES: one },
      'ANTIPHON_PROCESSES: is neither auto nor a whole number from 1 to 128',
    ]),
    [
      { ANTIPHON_PROCESSES: '1' },
      'ANTIPHON_PROCESSES: takes PostgreSQL: a SQLite file is served by one process alone, in which writes share their commits. Leave it out, or run `antiphon move --to postgres://…`',
    ],
    ...['1', '501', 'many'].map((one): [Variables, string] => [
      { ANTIPHON_DATABASE_POOL: one },
      'ANTIPHON_DATABASE_POOL: is no whole number from 2 to 500',
    ]),
    ...[
      { ANTIPHON_CONSOLE_OIDC_ISSUER: ISSUER },
      { ANTIPHON_CONSOLE_OIDC_ISSUER: ISSUER, ANTIPHON_CONSOLE_OIDC_CLIENT_ID: 'console' },
      { ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET: 'hush' },
    ].map((some): [Variables, string] => [
      some,
      'ANTIPHON_CONSOLE_OIDC_ISSUER, ANTIPHON_CONSOLE_OIDC_CLIENT_ID, ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET: are set together, or none is',
    ]),
    ...['http://id.corp.example', 'id.corp.example', 'file:///id'].map((issuer): [Variables, string] => [
      company(issuer),
      'ANTIPHON_CONSOLE_OIDC_ISSUER: is no https URL',
    ]),
    ...[`${ISSUER}?tenant=1`, `${ISSUER}#a`, 'https://ada@id.corp.example'].map((issuer): [Variables, string] => [
      company(issuer),
      'ANTIPHON_CONSOLE_OIDC_ISSUER: has a query, a fragment or a user, and an issuer has none',
    ]),
    [
      {
        ...company(ISSUER),
        ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET: '',
        ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET_FILE: '/nowhere',
      },
      'ANTIPHON_CONSOLE_OIDC_CLIENT_SECRET_FILE: cannot read the file /nowhere',
    ],
    [{ ANTIPHON_LOG_LEVEL: 'loud' }, 'ANTIPHON_LOG_LEVEL: is none of fatal, error, warn, info, debug, silent'],
    [
      { ANTIPHON_TLS_CERT: file('lonely.pem', '') },
      'ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: one is set without the other',
    ],
    [
      { ANTIPHON_TLS_CERT: file('cert.pem', 'none'), ANTIPHON_TLS_KEY: file('key.pem', 'none') },
      'ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: are not a certificate and its private key in PEM',
    ],
    [
      { ANTIPHON_TLS_CERT: file('empty.crt', ''), ANTIPHON_TLS_KEY: file('empty.key', '') },
      'ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: are not a certificate and its private key in PEM',
    ],
    [
      { ANTIPHON_DNS_SERVERS: '192.0.2.1,dns.example' },
      'ANTIPHON_DNS_SERVERS: dns.example is no address, nor one with a port',
    ],
    [{ ANTIPHON_DNS_SERVERS: '192.0.2.1:0' }, 'ANTIPHON_DNS_SERVERS: 192.0.2.1:0 is no address, nor one with a port'],
    [
      { ANTIPHON_DNS_SERVERS: '[2001:db8::1]:66000' },
      'ANTIPHON_DNS_SERVERS: [2001:db8::1]:66000 is no address, nor one with a port',
    ],
    [{ ANTIPHON_CA_FILE: file('ca.pem', 'none') }, 'ANTIPHON_CA_FILE: holds no certificate in PEM'],
    [{ ANTIPHON_FIDO_MDS_FILE: '/nowhere' }, 'ANTIPHON_FIDO_MDS_FILE: cannot read the file /nowhere'],
    [
      { ANTIPHON_FIDO_MDS_FILE: file('page.html', '<html>') },
      'ANTIPHON_FIDO_MDS_FILE: is no JWT, as the FIDO Alliance publishes its metadata',
    ],
    [{ ANTIPHON_FIDO_MDS_FILE: huge }, `ANTIPHON_FIDO_MDS_FILE: the file ${huge} is larger than 64 MiB`],
    [{ ANTIPHON_CA_FILE: '/nowhere/ca.pem' }, 'ANTIPHON_CA_FILE: cannot read the file /nowhere/ca.pem'],
  ]
  for (const [variables, line] of table) {
    test(line, () => assert.deepEqual(faults(variables), [line]))
  }

  test('several faults are told at once', () => {
    assert.deepEqual(faults({ ANTIPHON_LISTEN: 'x', ANTIPHON_LOG_LEVEL: 'x', ANTIPHON_CA_FILE: '/x' }), [
      'ANTIPHON_CA_FILE: cannot read the file /x',
      'ANTIPHON_LISTEN: is not host:port, such as 127.0.0.1:8080',
      'ANTIPHON_LOG_LEVEL: is none of fatal, error, warn, info, debug, silent',
    ])
  })
})

describe('the master key', () => {
  const key = { ANTIPHON_MASTER_KEY: undefined }

  test('may come from a file, with a line break at its end', () => {
    const path = file('master.key', `${KEY}\n`)
    assert.deepEqual(config({ ...key, ANTIPHON_MASTER_KEY_FILE: path }).masterKey, new Uint8Array(32).fill(9))
  })

  test('in a file that cannot be read is one fault, not two', () => {
    assert.deepEqual(faults({ ...key, ANTIPHON_MASTER_KEY_FILE: '/nowhere' }), [
      'ANTIPHON_MASTER_KEY_FILE: cannot read the file /nowhere',
    ])
  })

  test('may have others before it, newest first, in a file with a line each', () => {
    const keys = [8, 7].map((byte) => new Uint8Array(32).fill(byte))
    const text = keys.map((key) => Buffer.from(key).toString('base64')).join('\n')
    const path = file('previous.keys', `${text}\n`)
    assert.deepEqual(config({ ANTIPHON_MASTER_KEY_PREVIOUS_FILE: path }).previousMasterKeys, keys)
    assert.deepEqual(config({ ANTIPHON_MASTER_KEY_PREVIOUS: text.replace('\n', ', ') }).previousMasterKeys, keys)
    assert.deepEqual(faults({ ANTIPHON_MASTER_KEY_PREVIOUS: `${text} x` }), [
      'ANTIPHON_MASTER_KEY_PREVIOUS: key 3 of the list is not 32 bytes in base64',
    ])
    assert.deepEqual(faults({ ANTIPHON_MASTER_KEY_PREVIOUS: Array(5).fill(KEY).join() }), [
      'ANTIPHON_MASTER_KEY_PREVIOUS: holds more than 4 keys',
    ])
  })

  test('is given once', () => {
    assert.deepEqual(faults({ ANTIPHON_MASTER_KEY_FILE: file('second.key', KEY) }), [
      'ANTIPHON_MASTER_KEY, ANTIPHON_MASTER_KEY_FILE: both are set',
    ])
  })

  test('is never part of a fault', () => {
    const lines = faults({ ANTIPHON_MASTER_KEY: `${KEY}${KEY}`, ANTIPHON_LISTEN: 'x' })
    assert.equal(lines.length, 2)
    assert.ok(!lines.join().includes(KEY.slice(0, 8)))
  })
})

describe('every variable', () => {
  const values: Readonly<Record<string, string>> = {
    ANTIPHON_DATABASE_URL: 'postgres://ada:s3cret@db.internal/shop',
    ANTIPHON_EXPECT_DATABASE: 'true',
    ANTIPHON_PROCESSES: '3',
    ANTIPHON_DATABASE_POOL: '20',
    ANTIPHON_LISTEN: '127.0.0.1:9000',
    ANTIPHON_MASTER_KEY: KEY,
    ANTIPHON_MASTER_KEY_PREVIOUS: `${Buffer.alloc(32, 8).toString('base64')},${Buffer.alloc(32, 7).toString('base64')}`,
    ANTIPHON_BASE_DOMAIN: 'session.shop.example',
    ANTIPHON_PUBLIC_SCHEME: 'http',
    ANTIPHON_DRAIN_SECONDS: '1',
    ANTIPHON_TRUSTED_PROXIES: '192.0.2.1',
    ANTIPHON_DEFAULT_APP: 'shop',
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
    ANTIPHON_DNS_SERVERS: '192.0.2.53',
    ANTIPHON_METRICS_LISTEN: '127.0.0.1:9001',
    ANTIPHON_METRICS_PUBLIC: 'true',
    ANTIPHON_CONSOLE_LISTEN: '127.0.0.1:9002',
    ANTIPHON_CONSOLE_HOST: 'console.shop.example',
    ANTIPHON_LOG_LEVEL: 'debug',
    ANTIPHON_TRUST_TRACEPARENT: 'false',
    ANTIPHON_LOG_REQUESTS: 'false',
    ...company(ISSUER),
  }
  const inFiles = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${name}_FILE`, file(`${name}.txt`, `${value}\n`)]),
  )
  const none = { ANTIPHON_MASTER_KEY: undefined }

  test('that is no path may be in a file, and means the same there', () => {
    const paths = ['ANTIPHON_TLS_CERT', 'ANTIPHON_TLS_KEY', 'ANTIPHON_CA_FILE', 'ANTIPHON_FIDO_MDS_FILE']
    // The server itself reads none of the last two: the commands that do are tried below.
    const asked = [...Object.keys(values), ...paths, 'ANTIPHON_URL', 'ANTIPHON_MANAGEMENT_KEY']
    assert.deepEqual(asked.sort(), VARIABLES.map(([name]) => name).sort())
    const { secretFiles, ...told } = config({ ...none, ...inFiles })
    assert.deepEqual({ ...told, secretFiles: [] }, config(values))
    assert.equal(secretFiles.length, 4)
    assert.notDeepEqual(config(values), config())
  })

  test('is given once, and an empty one is not given', () => {
    for (const [name, value] of Object.entries(values)) {
      const path = inFiles[`${name}_FILE`]
      const beside = { ANTIPHON_DATABASE_URL: values.ANTIPHON_DATABASE_URL, ...company(ISSUER) }
      const twice = { ...beside, [name]: value, [`${name}_FILE`]: path }
      assert.deepEqual(faults(twice), [`${name}, ${name}_FILE: both are set`])
      assert.deepEqual(config({ ...none, ...inFiles, [name]: '' }), config({ ...none, ...inFiles, [name]: undefined }))
    }
  })

  test('in a file that cannot be read is one fault, which tells nothing of what is in others', () => {
    assert.deepEqual(faults({ ANTIPHON_DATABASE_URL_FILE: '/nowhere' }), [
      'ANTIPHON_DATABASE_URL_FILE: cannot read the file /nowhere',
    ])
    assert.deepEqual(faults({ ANTIPHON_LISTEN_FILE: huge }), [
      `ANTIPHON_LISTEN_FILE: the file ${huge} is larger than 64 MiB`,
    ])
    assert.deepEqual(faults({ ANTIPHON_LOG_LEVEL_FILE: file('loud', 'loud') }), [
      'ANTIPHON_LOG_LEVEL: is none of fatal, error, warn, info, debug, silent',
    ])
  })

  test('of a command is read in the same way', () => {
    const path = file('management.key', 'ak_live_x\n')
    const read = (variables: Variables) => readVariable(variables, 'ANTIPHON_MANAGEMENT_KEY')
    assert.deepEqual(read({ ANTIPHON_MANAGEMENT_KEY_FILE: path }), { kind: 'read', value: 'ak_live_x' })
    assert.deepEqual(read({ ANTIPHON_MANAGEMENT_KEY: 'ak_live_y' }), { kind: 'read', value: 'ak_live_y' })
    assert.deepEqual(read({}), { kind: 'read', value: undefined })
    assert.deepEqual(read({ ANTIPHON_MANAGEMENT_KEY_FILE: '/nowhere' }), {
      kind: 'faults',
      faults: ['ANTIPHON_MANAGEMENT_KEY_FILE: cannot read the file /nowhere'],
    })
  })
})

test('metadata of the FIDO Alliance is taken when it is signed by whom it must be', () => {
  const aaguid = '01020304-0506-0708-0102-030405060708'
  const path = file('blob.jwt', metadataFile([entry(aaguid, [base64(authority)])]))
  const variables = { ANTIPHON_MASTER_KEY: KEY, ANTIPHON_FIDO_MDS_FILE: path }
  const read = readConfig(variables, [authority.pem])
  assert.ok(read.kind === 'config', JSON.stringify(read))
  assert.equal(read.config.fidoMetadata?.roots.get(aaguid)?.length, 1)
  assert.deepEqual(faults(variables), [
    'ANTIPHON_FIDO_MDS_FILE: is signed by a certificate that does not lead to a root of GlobalSign',
  ])
})

test('a certificate with its private key is taken, with another private key refused', async () => {
  const { cert, key } = await selfSignedCertificate()
  const variables = { ANTIPHON_TLS_CERT: file('good-cert.pem', cert), ANTIPHON_TLS_KEY: file('good-key.pem', key) }
  assert.deepEqual(config(variables).tls, { cert, key })
  assert.equal(config({ ANTIPHON_CA_FILE: variables.ANTIPHON_TLS_CERT }).extraCertificateAuthority, cert)

  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
  const other = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`
  assert.deepEqual(faults({ ...variables, ANTIPHON_TLS_KEY: file('other-key.pem', other) }), [
    'ANTIPHON_TLS_CERT, ANTIPHON_TLS_KEY: are not a certificate and its private key in PEM',
  ])
})

test('several processes share the connections that PostgreSQL has, unless somebody says how many each has', () => {
  const of = (processes: string, pool?: string) => {
    const given = config({
      ANTIPHON_DATABASE_URL: 'postgres://db/a',
      ANTIPHON_PROCESSES: processes,
      ...(pool && { ANTIPHON_DATABASE_POOL: pool }),
    })
    return [given.processes, given.databasePool]
  }
  assert.deepEqual(
    [of('1'), of('4'), of('8'), of('16'), of('128'), of('8', '20')],
    [
      [1, 16],
      [4, 16],
      [8, 8],
      [16, 4],
      [128, 4],
      [8, 20],
    ],
  )
  assert.equal(of('auto')[0], availableParallelism())
})
