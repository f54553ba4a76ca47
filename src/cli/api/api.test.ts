import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { apiKey, application, instanceKey, user } from '../../../test/builders.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { typed } from '../io.fixture.ts'
import { run } from '../run.ts'
import { readAnswer } from './channel.ts'
import { show } from './show.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-api-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

type Variables = Readonly<Record<string, string>>
type Person = Parameters<typeof typed>[0]

/** Run the command line in this process, as somebody who types. */
async function antiphon(args: readonly string[], variables: Variables = {}, person: Person = {}) {
  const io = typed(person)
  await run(args, variables, io)
  return { out: io.said.out.join('\n'), err: io.said.err.join('\n'), code: io.said.code }
}

const certificate = await selfSignedCertificate()
const cacert = file('ca.pem', certificate.cert)

for (const engine of ENGINES) {
  describe(engine, async () => {
    const w = await world(engine, { config: { tls: certificate } })
    const key = file(`${engine}.key`, `${await instanceKey(w)}\n`)
    const local = {
      variables: {
        ANTIPHON_DATABASE_URL: w.databaseUrl,
        ANTIPHON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        ANTIPHON_LOG_LEVEL: 'silent',
      },
      flags: [] as string[],
    }
    const remote = { variables: {}, flags: ['--url', w.address, '--key', `@${key}`, '--cacert', cacert] }

    for (const [where, { variables, flags }] of Object.entries({ local, remote })) {
      const json = async (...args: string[]) => {
        const { out, err, code } = await antiphon([...args, '--json', ...flags], variables)
        assert.deepEqual([err, code], ['', 0], args.join(' '))
        return JSON.parse(out)
      }

      test(`${where}: a user is made, found, blocked, let in and deleted`, async () => {
        const { id: app } = await application(w)
        const data = file('ada.json', JSON.stringify({ profile: { name: 'Ada' }, password: 'correct horse 7 battery' }))
        const flags = ['--app', app]
        const { id } = await json(
          'users',
          'create',
          ...flags,
          '--email',
          'ada@example.com',
          '--phone',
          '+33612345678',
          '--data',
          `@${data}`,
        )
        const got = (await json('users', 'get', id, ...flags)).user
        assert.deepEqual([got.profile, got.identifiers.length, got.status], [{ name: 'Ada' }, 2, 'active'])
        assert.equal((await json('users', 'block', id, ...flags)).user.status, 'inactive')
        const listed = await json('users', 'list', ...flags, '--status', 'inactive', '--limit', '5')
        assert.deepEqual(
          listed.users.map((one: { id: string }) => one.id),
          [id],
        )
        assert.equal((await json('users', 'unblock', id, ...flags)).user.status, 'active')
        assert.equal(await json('users', 'delete', id, ...flags, '--yes'), null)
        assert.deepEqual((await json('users', 'list', ...flags)).users, [])
      })

      test(`${where}: what is answered nothing says one word, and JSON where that is asked for`, async () => {
        const made = await application(w)
        for (const args of [
          ['users', 'delete', await user(w, made), '--app', made.id, '--yes'],
          ['api', 'DELETE', `/users/${await user(w, made)}`, '--app', made.id, '--yes'],
        ]) {
          const { out, code } = await antiphon([...args, ...flags], variables)
          assert.deepEqual([out, code], ['Done.', 0])
        }
      })

      test(`${where}: a provider that does not send fails the command that tries it, with the reason`, async () => {
        const made = await application(w)
        const options = { host: '127.0.0.1', port: 1, security: 'starttls', from: 'no-reply@shop.example' }
        const body = { kind: 'smtp', channel: 'email', options }
        const { id } = (await made.manage('/config/messages/providers', { body })).body.provider
        const args = ['messages', 'test-provider', id, '--app', made.id, ...flags]
        const person = { isTerminal: true }
        const told = await antiphon([...args, '--recipient', 'ada@example.com'], variables, person)
        assert.match(told.out, /^It was not sent: \S+/)
        assert.equal(told.code, 1)
        const without = await antiphon(args, variables)
        assert.equal(without.err, 'antiphon: --recipient is missing, or --data with the whole body')
        assert.equal(without.code, 64)
        const whole = await antiphon([...args, '--data', '{"recipient":"ada@example.com"}'], variables)
        assert.deepEqual([JSON.parse(whole.out).outcome.status, whole.code], ['failed', 1])
      })

      test(`${where}: it is audited who did it`, async () => {
        const { id: app } = await application(w)
        await json('scopes', 'create', '--app', app, '--scope', 'read')
        const { entries } = await json('api', 'GET', '/audit', '--app', app)
        const [{ actor, operation, ip }] = entries
        assert.equal(operation, 'createScope')
        if (where === 'local') assert.deepEqual([actor, ip], ['cli', null])
        else assert.match(actor, /^instance_key:key_/)
      })

      test(`${where}: a user is found by whatever is known, with what nobody has proven`, async () => {
        const made = await application(w)
        const phone = '+33612345678'
        const id = await user(w, made, { email: 'ada@example.com', phone, externalId: 'a/7' })
        const other = await user(w, made)
        const ada = { type: 'email_address', value: 'ada@example.com' } as const
        await w.deps.transact((tx) => insertIdentifier(tx, w.deps, made.id, other, ada, false))
        const find = (...by: string[]) => json('users', 'find', '--json', '--app', made.id, ...by)
        for (const by of [
          ['--email', 'Ada@Example.com'],
          ['--phone', '+33 6 12 34 56 78'],
          ['--external-id', 'a/7'],
          ['--id', id],
        ])
          assert.equal((await find(...by)).id, id)
        assert.deepEqual((await find('--email', 'ada@example.com')).claimed_by, [other])
        const { identifiers } = await find('--id', other)
        assert.deepEqual(identifiers.at(-1), { ...ada, verified: false })
        const none = await antiphon(['users', 'find', '--app', made.id, '--external-id', '8', ...flags], variables)
        assert.match(none.err, /has no such user$/)
        const odd = await antiphon(['users', 'find', '--app', made.id, '--email', 'ada', ...flags], variables)
        assert.deepEqual([odd.code, /no e-mail address/.test(odd.err)], [64, true])
      })

      test(`${where}: settings are got and set, texts and numbers`, async () => {
        const { id: app } = await application(w)
        const assigned = ['sessions.audience=https://api.example.com', 'sessions.access_token_lifetime_seconds=90']
        await json('settings', 'set', ...assigned, '--app', app)
        const { settings } = await json('settings', 'get', '--app', app)
        assert.deepEqual(
          [settings.sessions.audience, settings.sessions.access_token_lifetime_seconds],
          ['https://api.example.com', 90],
        )
        await json('settings', 'set', 'sessions.audience=null', '--app', app)
        assert.equal((await json('settings', 'get', '--app', app)).settings.sessions.audience, '')
      })

      test(`${where}: origins are added and removed one by one, and the mode is set`, async () => {
        const { id: app } = await application(w, { allowedOrigins: ['https://a.example'] })
        const [a, b] = ['https://a.example', 'https://b.example']
        const origins = async (...flags: string[]) => (await json('apps', 'origins', app, ...flags)).allowed_origins
        assert.deepEqual(await origins(), [a])
        assert.deepEqual(await origins('--allow', b, '--allow', a), [a, b])
        assert.deepEqual(await origins('--disallow', a), [b])
        await json('apps', 'mode', app, 'prod')
        assert.deepEqual(await json('apps', 'mode', app), { mode: 'prod' })
        await json('apps', 'update', app, '--name', 'The shop')
        assert.equal((await json('apps', 'show', app)).application.name, 'The shop')
        const odd = await antiphon(['apps', 'origins', app, '--allow', 'b.example', ...flags], variables)
        assert.match(odd.err, /allowed_origins.* \(400 invalid_request\)$/)
      })

      test(`${where}: how people log in is shown and set, part by part`, async () => {
        const { id } = await application(w)
        const app = ['--app', id]
        await json('config', 'otp', 'create', ...app, '--config-type', 'otp', '--channel-type', 'email')
        const [otp, ...others] = (await json('config', 'otp', 'list', ...app)).login_configs
        assert.deepEqual([otp.channel_type, others], ['email', []])
        const data = file('passkeys.json', JSON.stringify({ rp_id: 'shop.example', rp_name: 'Shop' }))
        const set = ['--allowed-origins', 'https://www.shop.example', '--data', `@${data}`]
        await json('config', 'passkeys', 'set', ...app, ...set)
        assert.match(JSON.stringify(await json('config', 'passkeys', 'get', ...app)), /"rp_id":"shop\.example"/)
        await json('config', 'passkeys', 'delete', ...app, '--yes')
        await json('config', 'tokens', 'set', ...app, '--access-token-ttl-seconds', '90')
        assert.match(JSON.stringify(await json('config', 'tokens', 'get', ...app)), /"access_token_ttl_seconds":90/)
      })

      test(`${where}: signing keys are listed, rotated on demand, and revoked`, async () => {
        const app = ['--app', (await application(w)).id]
        const of = (purpose: string) => (one: { purpose: string }) => one.purpose === purpose
        const [first] = (await json('keys', 'signing', 'list', '--json', ...app)).filter(of('access_token'))
        assert.deepEqual([first.state, first.alg], ['signing', 'EdDSA'])
        const [next] = await json('keys', 'signing', 'rotate', '--for', 'access_token', '--json', ...app)
        assert.deepEqual(await json('keys', 'signing', 'rotate', '--json', ...app), [next])
        const revoked = await json('keys', 'signing', 'revoke', first.kid, '--yes', '--json', ...app)
        assert.equal(revoked.kid, first.kid)
        const left = (await json('keys', 'signing', 'list', '--json', ...app)).filter(of('access_token'))
        const states = left.map(({ kid, state }: { kid: string; state: string }) => [kid, state])
        assert.deepEqual(
          states.toSorted(),
          [
            [next.kid, 'next'],
            [revoked.successor, 'signing'],
          ].toSorted(),
        )
        const again = await antiphon(['keys', 'signing', 'revoke', first.kid, '--yes', ...app, ...flags], variables)
        assert.match(again.err, /\(404 not_found\)$/)
        const odd = await antiphon(['keys', 'signing', 'rotate', '--for', 'all', ...app, ...flags], variables)
        assert.equal(odd.code, 64)
      })

      test(`${where}: a key of SAML is announced, and switched to`, async () => {
        const app = ['--app', (await application(w)).id]
        const states = async () =>
          (await json('saml', 'keys', '--json', ...app)).map(({ state }: { state: string }) => state)
        assert.deepEqual(await states(), [])
        assert.equal((await json('saml', 'announce-key', '--json', ...app)).generation, 2)
        assert.deepEqual(await states(), ['signs', 'announced'])
        const again = await antiphon(['saml', 'announce-key', ...app, ...flags], variables)
        assert.match(again.err, /\(409 saml_key_announced\)$/)
        assert.equal((await json('saml', 'switch-key', '--yes', '--json', ...app)).state, 'signs')
        assert.deepEqual(await states(), ['over', 'signs'])
      })

      test(`${where}: groups and their people`, async () => {
        const made = await application(w)
        const [app, id] = [['--app', made.id], await user(w, made)]
        await json('scopes', 'create', ...app, '--scope', 'read')
        await json('groups', 'create', ...app, '--name', 'staff', '--scopes', 'read')
        await json('groups', 'add', id, ...app, '--group', 'staff')
        assert.deepEqual(await json('groups', 'of', id, ...app), { groups: ['staff'] })
        await json('groups', 'remove', id, 'staff', ...app, '--yes')
        assert.deepEqual(await json('groups', 'of', id, ...app), { groups: [] })
      })

      test(`${where}: any operation may be called, with a query, a body, and bytes that are no JSON`, async () => {
        const { id: app } = await application(w)
        await json('api', 'PATCH', '/settings', '--app', app, '-f', 'settings={"sessions":{"audience":"x"}}')
        const path = `/v2/session/apps/${app}`
        await json('api', 'POST', `${path}/config/scopes`, '-f', 'scope=7')
        assert.deepEqual(await json('api', 'GET', `${path}/config/scopes`), { scopes: ['7'] })
        assert.equal((await json('api', 'GET', `${path}/users?status=active`, '-f', 'limit=1')).users.length, 0)
        const made = await json('api', 'POST', '/imports', '--app', app, '--data', '{"source":"ndjson"}')
        const importId = made.import.id
        const lines = file('lines.ndjson', `${JSON.stringify({ external_id: '1', identifiers: [] })}\n`)
        await json('api', 'PUT', `/imports/${importId}/lines?offset=0`, '--app', app, '--data', `@${lines}`)
        const { import: after } = await json('api', 'GET', `/imports/${importId}`, '--app', app)
        assert.equal(after.progress.received_bytes, 37)
        const exported = await antiphon(['api', 'GET', '/audit/export', '--app', app, ...flags], variables, {
          isTerminal: true,
        })
        assert.match(exported.out, /^\{"id":.*\}\n\{/)
      })

      test(`${where}: what the API refuses is told with its code, and ends with 1`, async () => {
        const nowhere = await antiphon(['users', 'list', '--app', 'nowhere', ...flags], variables)
        assert.equal(nowhere.code, 1)
        assert.match(nowhere.err, /^antiphon: .*There is no such thing here.*\(404 not_found\)$/)
        const told = await antiphon(['users', 'list', '--app', 'nowhere', '--json', ...flags], variables)
        const { error } = JSON.parse(told.err)
        assert.deepEqual([error.kind, error.status, error.code, told.code], ['refused', 404, 'not_found', 1])
        const { id: app } = await application(w)
        const odd = await antiphon(['users', 'list', '--app', app, '--limit', '0', ...flags], variables)
        assert.match(odd.err, /query\.limit: .*\(400 invalid_request\)$/)
      })

      test(`${where}: a person reads a table, and nothing in it steers their terminal`, async () => {
        const made = await application(w)
        await user(w, made, { externalId: 'evil\u001b]0;owned\u0007\u202e' })
        const { out } = await antiphon(['users', 'list', '--app', made.id, ...flags], variables, { isTerminal: true })
        assert.match(
          out,
          /^ID +EXTERNAL ID +STATUS +IDENTIFIERS +CREATED AT\nusr_\S+ +evil\\u001b\]0;owned\\u0007\\u202e +active/,
        )
        const got = await antiphon(['api', 'GET', '/users', '--app', made.id, ...flags], variables)
        assert.doesNotMatch(got.out, /\p{Cc}/u)
        await user(w, made)
        const page = await antiphon(['users', 'list', '--app', made.id, '--limit', '1', ...flags], variables, {
          isTerminal: true,
        })
        assert.match(page.out, /^There is more: --after \S+$/m)
        const none = await antiphon(['messages', 'list', '--app', made.id, ...flags], variables, { isTerminal: true })
        assert.equal(none.out, 'There are no messages.')
      })

      test(`${where}: an id is a name, and never a step to another operation`, async () => {
        const { id: app } = await application(w)
        for (const args of [
          ['users', 'get', '..', '--app', app],
          ['users', 'list', '--app', '..'],
          ['groups', 'remove', 'usr_1', '.', '--app', app, '--yes'],
          ['webhooks', 'list', '--app', '..'],
          ['api', 'GET', '/webhooks/%2e%2E/users', '--app', app],
          ['api', 'GET', '/webhooks/.%2e/users', '--app', app],
          ['api', 'GET', String.raw`/webhooks\..\users`, '--app', app],
          ['api', 'GET', String.raw`/webhooks/..\users`, '--app', app],
        ]) {
          const { err, code } = await antiphon([...args, ...flags], variables)
          assert.match(err, /are no names$|a path begins with/, args.join(' '))
          assert.notEqual(code, 0)
        }
      })

      test(`${where}: nothing is deleted unasked`, async () => {
        const made = await application(w)
        const id = await user(w, made)
        const args = ['users', 'delete', id, '--app', made.id, ...flags]
        const alone = await antiphon(args, variables)
        assert.match(
          alone.err,
          new RegExp(`^antiphon: Delete for good user ${id}: nobody is here to be asked; say --yes$`),
        )
        const unsure = await antiphon(args, variables, { answer: '' })
        assert.deepEqual(
          [unsure.err, unsure.code],
          [`Delete for good user ${id}? [y/N] \nantiphon: nothing was done`, 1],
        )
        const path = `/users/${id}`
        assert.equal((await antiphon(['api', 'DELETE', path, '--app', made.id, ...flags], variables)).code, 1)
        assert.equal((await json('api', 'GET', path, '--app', made.id)).user.id, id)
        assert.equal((await antiphon(args, variables, { answer: 'y' })).code, 0)
        assert.equal((await antiphon(['api', 'GET', path, '--app', made.id, ...flags], variables)).code, 1)
      })
    }

    test('a key of one application opens that one alone', async () => {
      const [mine, other] = [await application(w), await application(w)]
      const variables = {
        ANTIPHON_URL: w.address,
        ANTIPHON_MANAGEMENT_KEY: await apiKey(w, mine.id),
        ANTIPHON_CA_FILE: cacert,
      }
      assert.equal((await antiphon(['users', 'list', '--app', mine.id], variables)).code, 0)
      assert.match((await antiphon(['users', 'list', '--app', other.id], variables)).err, /\(404 not_found\)$/)
      const wrong = { ...variables, ANTIPHON_MANAGEMENT_KEY: 'ak_wrong' }
      assert.match((await antiphon(['users', 'list', '--app', mine.id], wrong)).err, /\(401 invalid_api_token\)$/)
    })

    test('a certificate that nobody vouches for is refused, and the key not sent', async () => {
      const { err, code } = await antiphon(['users', 'list', '--app', 'x', '--url', w.address, '--key', `@${key}`])
      assert.match(err, /^antiphon: https:\S+: it has no certificate that is for that name and trusted \(--cacert\)/)
      assert.equal(code, 1)
      const plain = await antiphon(['users', 'list', '--app', 'x', '--url', 'http://localhost:9', '--key', `@${key}`])
      assert.match(plain.err, /^antiphon: http:\S+: nobody listens there$/)
      const nowhere = 'https://nowhere.invalid'
      const lost = await antiphon(['users', 'list', '--app', 'x', '--url', nowhere, '--key', `@${key}`])
      assert.match(lost.err, /^antiphon: https:\S+: its name has no address$/)
    })

    test('a database that lacks its schema is not changed by who only looks', async () => {
      const variables = { ...local.variables, ANTIPHON_DATABASE_URL: `sqlite:${join(folder, `${engine}-none.db`)}` }
      const looking = [
        ['users', 'list'],
        ['import', 'status', 'imp_x'],
        ['import', 'report', 'imp_x'],
      ]
      for (const words of [...looking, ['import', 'verify', 'imp_x'], ['import', 'pause', 'imp_x']])
        assert.match((await antiphon([...words, '--app', 'x'], variables)).err, /lacks \d+ migrations/)
    })
  })
}

test('a server is named by https, and its key by a file, standard input, a variable or a flag', async () => {
  const users = ['users', 'list', '--app', 'x']
  const mistakes: [string[], RegExp, number][] = [
    [['--url', 'http://auth.example.com'], /is not https/, 64],
    [['--url', 'auth.example.com'], /is no URL/, 64],
    [['--url', 'ftp://auth.example.com'], /is no URL/, 64],
    [['--url', 'https://ada:secret@auth.example.com'], /names a user/, 64],
    [['--url', 'https://auth.example.com/?x=1'], /has a query/, 64],
    [['--url', 'https://auth.example.com'], /^ANTIPHON_MANAGEMENT_KEY: is missing/, 2],
    [['--url', 'https://auth.example.com', '--key', '@/nowhere'], /^--key: .*no such file/, 2],
    [['--url', 'https://auth.example.com', '--key', 'two words'], /no management key/, 64],
    [['--url', 'https://auth.example.com', '--key', 'k', '--cacert', '/nowhere'], /^--cacert: .*no such file/, 2],
    [['--key', 'k'], /--key and --cacert are for a server/, 64],
  ]
  for (const [flags, said, code] of mistakes) {
    const answer = await antiphon([...users, ...flags])
    assert.match(answer.err, said)
    assert.equal(answer.code, code, flags.join(' '))
    assert.doesNotMatch(answer.err, /secret/)
  }
})

test('the help says which flags a body cannot do without', async () => {
  const { out } = await antiphon(['messages', 'test-provider', '--help'])
  assert.match(out.replace(/\s+/g, ' '), /--recipient <text> \S.*\(required, unless in --data\) --data/)
})

test('what others have written makes no line of its own', () => {
  assert.equal(show({ user: { id: 'usr_1', name: 'Ada\nstatus  active' } }), 'id    usr_1\nname  Ada status  active')
  const answer = readAnswer({ status: 400, body: Buffer.from('{"message":"no\\nantiphon: done"}') })
  assert.equal(answer.kind === 'refused' && answer.reason, 'no antiphon: done (400)')
})

test('a redirect is not followed: the key goes nowhere else', async () => {
  const asked: (string | undefined)[] = []
  const thief = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  }).listen(0, '127.0.0.1')
  after(() => thief.close())
  await new Promise((resolve) => thief.once('listening', resolve))
  const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`
  const { err, code } = await antiphon(['api', 'GET', '/v2/session/apps', '--url', url, '--key', 'k'])
  assert.match(err, /HTTP status 302 \(302\)$/)
  assert.deepEqual([code, asked], [1, ['/v2/session/apps']])
})

test('what is no path, no field, no number and no JSON is refused before anything is called', async () => {
  const mistakes: [string[], RegExp][] = [
    [['api', 'GET', 'users'], /a path begins with/],
    [['api', 'GET', '/users'], /a path begins with/],
    [['api', 'GET', '/v2/../metrics'], /a path begins with/],
    [['api', 'GET', '//evil.example/v2'], /a path begins with/],
    [['api', 'GET', '/../../x', '--app', 'shop'], /a path begins with/],
    [['api', 'POST', '/v2/x', '-f', 'name'], /--field takes name=value/],
    [['api', 'POST', '/v2/x', '--data', '[1]'], /--data takes a JSON object/],
    [['api', 'POST', '/v2/x', '--data', '@/nowhere'], /--data .*no such file/],
    [['api', 'get', '/v2/x'], /Allowed choices/],
    [['settings', 'set', '--app', 'x', 'audience=y'], /a setting is group\.name=value/],
    [['groups', 'create', '--app', 'x'], /^antiphon: --name is missing, or --data with the whole body$/],
    [['users', 'create', '--app', 'x', '--profile', 'Ada'], /--profile takes JSON/],
    [['webhooks', 'create', '--app', 'x', '--force', 'maybe'], /--force takes true or false/],
  ]
  for (const [args, said] of mistakes) {
    const { err, code, out } = await antiphon(args)
    assert.match(err, said, args.join(' '))
    assert.deepEqual([code, out], [64, ''])
  }
})
