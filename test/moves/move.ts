import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { type Answer, application, type DpopKey, REFRESH, type TestApp } from '../builders.ts'
import { importInto } from '../house/imports.ts'
import { answered, CONFIG, configure, moveOver } from '../house/legacy.ts'
import { logIn, PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import { postProven } from '../house/tokens.ts'
import type { World } from '../world.ts'
import type { Export, ExportFile } from './exports.ts'
import { CANARY, makePeople, PASSWORD, type Person, tokenAddressOf } from './people.ts'
import type { LegacySystem } from './systems.ts'

const DAY_MS = 86_400_000
/** How many clients call at once. */
const AT_ONCE = 8
const PASSWORD_HOOK = 'https://hooks.lumen.example/password'
const GONE: OutboundOutcome = { kind: 'failed', reason: 'network' }

interface Session {
  readonly person: Person
  readonly userId: string
  readonly key: DpopKey
  refreshToken: string
}

type Groups = Readonly<Record<'early' | 'late', readonly Person[]>>

interface Move {
  readonly w: World
  readonly app: TestApp
  readonly system: LegacySystem
  readonly people: readonly Person[]
}

/** Everything that a team does, from the export to the day after the legacy system is gone. Fails at whatever a user would notice. */
export async function moveEverybody(w: World, system: LegacySystem, count: number) {
  const move = { w, app: await application(w), system, people: makePeople(count) }
  const active = move.people.filter(({ state }) => state !== undefined)
  const late = active.filter(({ n, state }) => n % 100 < 20 && state !== 'refresh token')
  const early = active.filter((person) => !late.includes(person))

  w.fakeNetwork(async (request) => answerWhileThere(system, request))
  const ids = await bringFile(move)
  await openWays(move)
  const sessions = await exchangeAll(move, early)
  await checkPasswords(move)
  await keepKeys(move)

  w.fakeNetwork(async () => GONE)
  w.advance(DAY_MS)
  await refreshAll(move, sessions)
  sessions.push(...(await exchangeAll(move, late)))
  await refreshAll(move, sessions)
  await checkPasswords(move)
  await giveTwinsAWayIn(move)
  for (const { person, userId } of sessions) assert.equal(userId, ids.get(system.idOf(person)), `person ${person.n}`)
  return await readReport(move, { early, late })
}

function answerWhileThere(system: LegacySystem, request: OutboundRequest): OutboundOutcome {
  if (request.url !== PASSWORD_HOOK) return system.answer(request) ?? GONE
  const { identifier, password } = JSON.parse(request.body ?? '')
  if (password !== PASSWORD) return answered({}, 401)
  const n = Number(/\d+/.exec(identifier.value)?.[0])
  return answered({ user: { external_id: system.idOf({ n } as Person), identifiers: [identifier] } })
}

/** Import the export, and read back which id everybody was given. */
async function bringFile({ w, app, system, people }: Move): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-move-'))
  const write = ({ name, content }: ExportFile): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const { users, ...others }: Export = system.exportOf(people)
    const canary = { external_id: system.idOf(people[CANARY] as Person), password: PASSWORD }
    const outcome = await importInto(
      w,
      [write(users)],
      {
        ...{ app: app.id, from: system.name, expect: String(people.length) },
        ...Object.fromEntries(Object.entries(others).map(([flag, file]) => [flag, write(file)])),
        ...(system.givesHashes && { canaries: write({ name: 'canaries.ndjson', content: JSON.stringify(canary) }) }),
      },
      { show() {}, isInterrupted: () => false, close() {} },
    )
    assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  } finally {
    rmSync(folder, { recursive: true })
  }
  return await readIds(app)
}

async function readIds(app: TestApp): Promise<Map<string, string>> {
  const [newest] = (await app.manage('/imports')).body.imports
  const all = await readPages(app, `/imports/${newest.id}/ids`, 'ids')
  return new Map(all.map(({ external_id, id }) => [external_id, id]))
}

async function readPages(app: TestApp, path: string, member: string) {
  const all: { external_id: string; id: string }[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: Answer = await app.manage(`${path}?limit=100${after && `&after=${after}`}`)
    assert.equal(page.status, 200, JSON.stringify(page.body))
    all.push(...page.body[member])
    after = page.body.next
  }
  return all
}

async function openWays({ w, app, system }: Move): Promise<void> {
  await configure(app, { ...system.config, cut_over_at: new Date(w.deps.now() + 90 * DAY_MS).toISOString() })
  const hook = system.givesHashes ? {} : { password_validation_url: PASSWORD_HOOK }
  const answer = await app.manage(PASSWORD_CONFIG, { body: passwordConfig(hook) })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
}

/** A copy of the keys that the issuer publishes, where it publishes any. */
async function keepKeys({ app, system }: Move): Promise<void> {
  if (system.name === 'csv') return
  const answer = await app.manage(`${CONFIG}/keys`, { method: 'POST' })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

/** Do something for many, several at once. */
async function forAll<T, R>(many: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let first = 0; first < many.length; first += AT_ONCE)
    done.push(...(await Promise.all(many.slice(first, first + AT_ONCE).map(work))))
  return done
}

/** Each app opens, shows what it still holds of the legacy system, and is let in as whoever held it. */
const exchangeAll = ({ w, app, system }: Move, people: readonly Person[]): Promise<Session[]> =>
  forAll(people, async (person) => {
    const { userId, key, refreshToken } = await moveOver(w, app, system.tokenOf(person))
    return { person, userId, key, refreshToken }
  })

const refreshAll = ({ app }: Move, sessions: readonly Session[]) =>
  forAll(sessions, async (session) => {
    const answer = await postProven(app, REFRESH, session.key, { headers: { 'x-refresh-token': session.refreshToken } })
    assert.equal(answer.status, 200, `person ${session.person.n}: ${JSON.stringify(answer.body)}`)
    session.refreshToken = answer.headers.get('x-refresh-token') ?? ''
  })

/** Whoever comes back without any token logs in with the password of old. */
async function checkPasswords({ app, people }: Move): Promise<void> {
  const hasPassword = (person: Person) => person.dirt === undefined && !person.isSocial
  for (const person of people.filter(hasPassword).slice(0, 2)) {
    const address = tokenAddressOf(person)
    assert.equal((await logIn(app, address, PASSWORD)).status, 200, address)
    assert.equal((await logIn(app, address, 'not it')).status, 401, address)
  }
}

/** Whoever has nothing but somebody else's address is in, and could not log in again: the proof says who they are, and no, until they have one of their own. */
async function giveTwinsAWayIn({ app, system, people }: Move) {
  const twins = new Map(people.filter(({ dirt }) => dirt === 'twin').map((one) => [system.idOf(one), one]))
  const { verdict, locked_out } = await fetchReport(app)
  const named = await readPages(app, '/migration/locked_out', 'users')
  assert.equal(verdict, 'no')
  assert.equal(locked_out.count, [...twins.values()].filter(({ state }) => state !== undefined).length)
  assert.equal(named.length, locked_out.count + locked_out.activity_unknown)
  for (const { id, external_id } of named) {
    const twin = twins.get(external_id)
    assert.ok(twin, external_id)
    const identifier = { type: 'email_address', value: tokenAddressOf(twin) }
    assert.equal((await app.manage(`/users/${id}/identifiers`, { body: { identifier } })).status, 201)
  }
}

async function fetchReport(app: TestApp) {
  const answer = await app.manage('/migration/report')
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.report
}

/** The proof, held against what the people were. */
async function readReport({ app, system, people }: Move, { early, late }: Groups) {
  const report = await fetchReport(app)
  assert.equal(report.verdict, 'yes', report.sentence)
  const count = (of: readonly Person[], is: (person: Person) => boolean) => of.filter(is).length
  const nobodies = count(people, ({ dirt }) => dirt === 'nobody')
  const doubles = count(people, ({ dirt }) => dirt === 'double')
  const { outcomes } = report.imports[0]
  assert.deepEqual(outcomes, {
    created: people.length - nobodies - doubles,
    ...{ updated: 0, unchanged: 0, conflict: doubles },
    ...(system.name === 'firebase' ? { refused: 0, skipped: nobodies } : { refused: nobodies, skipped: 0 }),
  })
  const valid = count(early, ({ state }) => state === 'fresh' || state === 'refresh token')
  const { exchanged, exchanged_in_grace, refused, unclear, ended } = report.sessions
  assert.deepEqual([exchanged, exchanged_in_grace], [valid, early.length + late.length - valid])
  assert.deepEqual([refused, unclear, ended, report.unknown_here, report.left_behind.count], [{}, {}, {}, 0, 0])
  assert.equal(report.users.total, outcomes.created)
  return report
}
