import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, type TestApp, user } from '../../../test/builders.ts'
import { type Played, through, withProvider } from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'

type Person = { identifiers: { type: string; value: string; verified: boolean }[]; profile: object }

/** The one user of an application, and what they have proven. */
async function onlyUser(app: TestApp): Promise<Person & { proven: string[] }> {
  const { users } = (await app.manage('/users')).body
  assert.equal(users.length, 1)
  const person = (await app.manage(`/users/${users[0].id}`)).body.user
  return { ...person, proven: person.identifiers.map(({ value }: { value: string }) => value) }
}

for (const { engine, w } of await stages()) {
  /** What becomes an identifier of a new user. */
  async function provenAfter(provider: string, change: (played: Played) => void): Promise<string[]> {
    const { app, played } = await withProvider(w, provider)
    change(played)
    const { gone } = await through(app, played)
    assert.ok(gone.challenge_token, JSON.stringify([gone, w.log.at(-1)]))
    return (await onlyUser(app)).proven
  }

  for (const [said, isProven] of [
    [true, true],
    ['true', true],
    ['false', false],
    [false, false],
    ['TRUE', false],
    [1, false],
    ['1', false],
    [null, false],
    [undefined, false],
  ] as const) {
    for (const provider of ['google', 'apple', 'acme']) {
      test(`${engine}: 64 ${provider}: email_verified of ${JSON.stringify(said)} ${isProven ? 'is' : 'is not'} a proof`, async () => {
        const proven = await provenAfter(provider, (played) => {
          played.claims = { email_verified: said }
        })
        assert.deepEqual(proven, isProven ? ['ana@example.com'] : [])
      })
    }
  }

  test(`${engine}: 65 address and verified state come from one document`, async () => {
    const thin = { email: 'ana@example.com', email_verified: undefined }
    for (const [userinfo, expected] of [
      [{ sub: '108', email: 'other@example.com', email_verified: true }, ['other@example.com']],
      [{ sub: '108', email_verified: true }, []],
      [{ sub: '108', email: 'other@example.com' }, []],
      [undefined, []],
    ] as const) {
      const proven = await provenAfter('okta', (played) => {
        played.claims = thin
        played.userinfo = userinfo
      })
      assert.deepEqual(proven, expected, JSON.stringify(userinfo))
    }
    const whole = await provenAfter('okta', (played) => {
      played.userinfo = { sub: '108', email: 'victim@example.com', email_verified: true }
    })
    assert.deepEqual(whole, ['ana@example.com'])
  })

  for (const [name, claims, expected] of [
    ['without xms_edov', { xms_edov: undefined }, []],
    ['with xms_edov false', { xms_edov: false }, []],
    ['with xms_edov 0', { xms_edov: '0' }, []],
    ['with xms_edov 1', { xms_edov: 1 }, ['ana@example.com']],
    ['with xms_edov "1"', { xms_edov: '1' }, ['ana@example.com']],
    ['with email_verified alone', { xms_edov: undefined, email_verified: true }, []],
    ['with a word against it', { xms_edov: true, email_verified: false }, []],
    ['without an address', { email: undefined, preferred_username: 'ana@example.com', upn: 'ana@example.com' }, []],
  ] as const) {
    test(`${engine}: 66 an address of Microsoft ${name} ${expected.length ? 'is' : 'is not'} proven`, async () => {
      const proven = await provenAfter('microsoft', (played) => {
        played.claims = claims
      })
      assert.deepEqual(proven, expected)
    })
  }

  test(`${engine}: Microsoft’s second name of a person is kept beside the first`, async () => {
    const { app, played } = await withProvider(w, 'microsoft')
    await through(app, played)
    const [row] = await w.deps.db
      .withTables<{ federated_identities: { app_id: string; subject: string; alt_subject: string; email: string } }>()
      .selectFrom('federated_identities')
      .select(['subject', 'alt_subject', 'email'])
      .where('app_id', '=', app.id)
      .execute()
    assert.deepEqual(
      { ...row },
      {
        subject: '108',
        alt_subject: '11111111-2222-3333-4444-555555555555/oid-1',
        email: 'ana@example.com',
      },
    )
  })

  for (const [name, change, expected] of [
    ['67 the public address alone', { emails: [] }, []],
    ['67 an address that is not primary', { emails: [{ email: 'x@example.com', primary: false, verified: true }] }, []],
    [
      'a primary address that is not verified',
      {
        emails: [
          { email: 'x@example.com', primary: true, verified: false },
          { email: 'y@example.com', primary: false, verified: true },
        ],
      },
      [],
    ],
    [
      'an address of GitHub’s own',
      { emails: [{ email: '1+ana@users.noreply.github.com', primary: true, verified: true }] },
      [],
    ],
    ['68 no permission', { emailsStatus: 404 }, []],
    ['68 no permission, said otherwise', { emailsStatus: 403 }, []],
    ['something that is no list', { emails: { email: 'x@example.com', primary: true, verified: true } }, []],
  ] as const) {
    test(`${engine}: GitHub: ${name} proves nothing, and the login goes on`, async () => {
      const proven = await provenAfter('github', (played) => {
        played.github = { ...played.github, ...(change as object) }
      })
      assert.deepEqual(proven, expected)
    })
  }

  test(`${engine}: GitHub: whoever renames themselves stays the same, and the name is nobody`, async () => {
    const { app, played } = await withProvider(w, 'github')
    await through(app, played)
    played.github = { ...played.github, user: { id: 108, login: 'renamed' } }
    await through(app, played)
    await onlyUser(app)
    for (const id of ['108', 0, -1, 1.5, undefined]) {
      played.github = { ...played.github, user: { id, login: 'ana' } }
      assert.equal((await through(app, played)).gone.error, 'server_error')
    }
  })

  test(`${engine}: GitHub: who cannot be told their addresses now is not made a user without, for they would stay one`, async () => {
    const { app, played } = await withProvider(w, 'github')
    for (const emailsStatus of [408, 425, 429, 500, 503]) {
      played.github = { ...played.github, emailsStatus }
      assert.equal((await through(app, played)).gone.error, 'server_error', String(emailsStatus))
    }
    played.github = { ...played.github, emailsStatus: 403 }
    for (const headers of [{ 'retry-after': '60' }, { 'x-ratelimit-remaining': '0' }]) {
      w.fakeNetwork(async (request) => {
        const outcome = (await played.answer(request)) ?? { kind: 'failed', reason: 'network' }
        return outcome.kind === 'answered' ? { ...outcome, headers: { ...outcome.headers, ...headers } } : outcome
      })
      assert.equal((await through(app, played)).gone.error, 'server_error', JSON.stringify(headers))
    }
    w.fakeNetwork((request) => played.answer(request))
    assert.deepEqual((await app.manage('/users')).body.users, [])
    played.github = { ...played.github, emailsStatus: 200 }
    await through(app, played)
    assert.deepEqual((await onlyUser(app)).proven, ['ana@example.com'])
  })

  test(`${engine}: 69 an address of Facebook is not proven, and without one the login goes on`, async () => {
    assert.deepEqual(await provenAfter('facebook', () => {}), [])
    const without = await provenAfter('facebook', (played) => {
      played.me = { id: '108', name: 'Ana' }
    })
    assert.deepEqual(without, [])
    const asked = w.outbound.findLast(({ url }) => url.includes('/me?'))
    assert.match(new URL(asked?.url ?? '').searchParams.get('appsecret_proof') ?? '', /^[0-9a-f]{64}$/)
  })

  test(`${engine}: 70 what Apple’s form says may name a new user, and nothing more`, async () => {
    const { app, played } = await withProvider(w, 'apple')
    const form = { name: { firstName: 'Ana', lastName: 'x'.repeat(200) }, email: 'victim@example.com', sub: '1' }
    await through(app, played, {}, { user: JSON.stringify(form) })
    const person = await onlyUser(app)
    assert.deepEqual(person.proven, ['ana@example.com'])
    assert.deepEqual(person.profile, { given_name: 'Ana', family_name: 'x'.repeat(100) })
    for (const user of ['{"name":{"firstName":"Eve"}}', '[]', 'no JSON', '{"name":7}', 'null']) {
      assert.ok((await through(app, played, {}, { user })).gone.challenge_token)
    }
    assert.deepEqual((await onlyUser(app)).profile, person.profile)
  })

  for (const written of [
    'victim@example.com\u200b',
    ' victim@example.com',
    'VICTIM@EXAMPLE.COM',
    'victim@ｅxample.com',
    'victim@example.com\u2060',
  ]) {
    test(`${engine}: 71 ${JSON.stringify(written)} is the victim’s address, and is not taken from them`, async () => {
      const { app, played } = await withProvider(w, 'google')
      await user(w, app, { email: 'victim@example.com' })
      played.claims = { email: written }
      assert.equal((await through(app, played)).gone.error, 'email_already_in_use')
    })
  }

  for (const written of ['ｖictim@example.com', 'vict﹒im@example.com', 'victim＠example.com']) {
    test(`${engine}: 71 whoever has proven ${JSON.stringify(written)} has proven another mailbox, and is not the victim`, async () => {
      const { app, played } = await withProvider(w, 'google', {
        options: { use_email_as_identifier: true, allow_email_account_merge: true },
      })
      const victims = [
        await user(w, app, { email: 'victim@example.com' }),
        await user(w, app, { email: 'vict.im@example.com' }),
      ]
      played.claims = { email: written }
      const { sub } = claimsOf((await through(app, played)).gone.challenge_token ?? '')
      assert.ok(!victims.includes(String(sub)))
      assert.deepEqual((await app.manage(`/users/${sub}`)).body.user.identifiers, [])
    })
  }

  for (const written of [
    'victim@example.com.',
    'vict\u200bim@example.com',
    'victim@example.com@x.example',
    'victim',
    '',
    'a@b'.repeat(200),
  ]) {
    test(`${engine}: 71 ${JSON.stringify(written.slice(0, 30))} is no address, and the login goes on without`, async () => {
      const proven = await provenAfter('google', (played) => {
        played.claims = { email: written }
      })
      assert.deepEqual(proven, [])
    })
  }
}
