import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { settingsGroups } from '../server.ts'
import type { Deps } from './deps.ts'
import { type SettingsHolder, settings, settingsCatalogue, settingsOf } from './settings.ts'

const doorSettings = settings('doors', 'Doors', {
  open_seconds: z.int().min(1).default(30).describe('How long a door stays open.'),
  bell: z.string().default('').describe('What rings. Empty: nothing.'),
})
const gateSettings = settings('gates', 'Gates', { open_seconds: z.int().default(5).describe('How long.') })

const holder = (stored: Record<string, unknown> = {}): SettingsHolder => ({ settings: stored })

test('what is not stored has its default', () => {
  assert.deepEqual(settingsOf(holder(), doorSettings), { open_seconds: 30, bell: '' })
  assert.deepEqual(settingsOf(holder({ doors: {} }), doorSettings), { open_seconds: 30, bell: '' })
  assert.deepEqual(settingsOf(holder({ gates: { open_seconds: 1 } }), doorSettings), { open_seconds: 30, bell: '' })
})

test('what is stored wins, member by member', () => {
  assert.deepEqual(settingsOf(holder({ doors: { bell: 'ding' } }), doorSettings), { open_seconds: 30, bell: 'ding' })
})

test('each group has its own members', () => {
  const both = holder({ doors: { open_seconds: 1 }, gates: { open_seconds: 2 } })
  assert.equal(settingsOf(both, doorSettings).open_seconds, 1)
  assert.deepEqual(settingsOf(both, gateSettings), { open_seconds: 2 })
})

test('a member that another release has stored is passed over', () => {
  const stored = { doors: { bell: 'ding', knocker: 'lion' }, windows: { open: true } }
  assert.deepEqual(settingsOf(holder(stored), doorSettings), { open_seconds: 30, bell: 'ding' })
})

test('a stored value that is none is a bug, not a setting', () => {
  assert.throws(() => settingsOf(holder({ doors: { open_seconds: 0 } }), doorSettings))
  assert.throws(() => settingsOf(holder({ doors: 'open' }), doorSettings))
})

test('settings are read once for each holder', () => {
  let reads = 0
  const stored = {
    get doors() {
      reads += 1
      return { open_seconds: 7 }
    },
  }
  const one = holder(stored)
  assert.equal(settingsOf(one, doorSettings), settingsOf(one, doorSettings))
  settingsOf(one, gateSettings)
  assert.equal(reads, 1)
})

test('a new version of a holder is another holder', () => {
  const before = holder({ doors: { open_seconds: 1 } })
  assert.equal(settingsOf(before, doorSettings).open_seconds, 1)
  assert.equal(settingsOf({ ...before, settings: { doors: { open_seconds: 2 } } }, doorSettings).open_seconds, 2)
})

test('each process has a catalogue of its own', () => {
  const [one, other] = [{} as Deps, {} as Deps]
  settingsCatalogue(one).set('doors', doorSettings)
  assert.deepEqual([...settingsCatalogue(one).keys()], ['doors'])
  assert.equal(settingsCatalogue(other).size, 0)
})

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/
/** A number says what it counts: seconds, attempts, failures per address. */
const QUANTITY = /(s|_percent)(_per_[a-z_]+)?$/

const members = settingsGroups.flatMap(({ name, schema }) =>
  Object.entries(schema.shape).map(([member, shape]) => ({ name: `${name}.${member}`, member, shape })),
)

test('groups have different names, and something to show', () => {
  const names = settingsGroups.map((group) => group.name)
  assert.equal(new Set(names).size, names.length)
  for (const { name, title } of settingsGroups) {
    assert.match(name, NAME)
    assert.match(title, /^[A-Z]/)
  }
  assert.ok(members.length > 0)
})

test('every setting has a default that it accepts itself', () => {
  for (const { name, shape } of members) {
    const { success, data } = shape.safeParse(undefined)
    assert.ok(success, name)
    assert.deepEqual(shape.parse(data), data, name)
  }
})

test('every setting has a description, in sentences', () => {
  for (const { name, shape } of members) assert.match(shape.description ?? '', /^[A-Z].*\.$/, name)
})

test('every setting that is a number tells its unit by its name, and has bounds', () => {
  for (const { name, member, shape } of members) {
    assert.match(member, NAME, name)
    const { type, minimum, maximum } = z.toJSONSchema(shape, { io: 'output', unrepresentable: 'any' })
    if (type !== 'integer' && type !== 'number') continue
    assert.match(member, QUANTITY, name)
    assert.ok((minimum ?? -1) >= 0 && (maximum ?? Number.POSITIVE_INFINITY) <= 315_360_000, `${name} has no bounds`)
  }
})
