import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREIGN_CALLS_ARE_FAULTS, startLegacyApp, statusesOfForeignCalls } from './legacy-app.ts'
import { PROGRAMS, READERS } from './programs.ts'
import './whoami.story.ts'

/** What can run here. The rest is named and declares no test. */
function onThisMachine<T>(programs: Readonly<Record<string, T | undefined>>): [string, T][] {
  return Object.entries(programs).flatMap(([name, program]) => {
    if (!program) console.log(`not tested here, because it is not on this machine: ${name}`)
    return program ? [[name, program]] : []
  })
}

for (const [name, program] of onThisMachine(PROGRAMS)) {
  test(`a session of ${name} comes over by the hook in examples/hooks`, async () => {
    const legacy = await startLegacyApp(program)
    const cookies = await legacy.login('user=mia')
    assert.equal(await legacy.moveOver(cookies), program.mia)
    const ticket = await legacy.ticket(cookies)
    assert.ok(ticket)
    assert.equal(await legacy.moveOver(ticket), program.mia)
    assert.equal(await legacy.ticket(''), null)
    const [remembered] = program.remembered
      ? (await legacy.login('user=mia&remembered=yes')).split('; ').filter(program.remembered)
      : []
    if (program.remembered) assert.equal(await legacy.moveOver(remembered ?? ''), program.mia)

    const refused = {
      'nothing of ours': 'made-up',
      'a changed cookie': cookies.replace(/=(.{6})../, '=$1zz'),
      'a changed ticket': `${ticket.slice(0, -2)}zz`,
      'a session that is over': await legacy.login('user=mia&ms=-1000'),
    }
    for (const [what, token] of Object.entries(refused)) assert.equal(await legacy.exchange(token), 400, what)

    if (program.encrypts) {
      const imitation = JSON.stringify({ antiphon: program.mia, expires: 9_999_999_999 })
      const sealed = await legacy.tell(`${program.encrypts}?text=${encodeURIComponent(imitation)}`)
      assert.equal(await legacy.exchange(sealed), 400, 'an imitated ticket')
    }

    await legacy.tell('/break?yes')
    assert.equal(await legacy.exchange(cookies), 500, 'the legacy database is away')
    assert.ok([200, 500].includes(await legacy.statusOfTicket(cookies)), 'a ticket that cannot be made ends no process')
    await legacy.tell('/break')
    assert.equal(await legacy.exchange(cookies), 200, 'and back')
    assert.deepEqual(await statusesOfForeignCalls(legacy, cookies), FOREIGN_CALLS_ARE_FAULTS)
    if (program.ends) {
      await legacy.tell(program.ends)
      for (const ended of [cookies, remembered ?? '']) assert.equal(await legacy.exchange(ended), 400, program.ends)
    }
  })
}

for (const [name, program] of onThisMachine(READERS)) {
  test(`calls are read in ${name} without a framework`, async () => {
    const legacy = await startLegacyApp(program)
    assert.equal(await legacy.moveOver('mia'), 'mia')
    assert.deepEqual(await statusesOfForeignCalls(legacy, 'mia'), FOREIGN_CALLS_ARE_FAULTS)
  })
}
