import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndexed, explained } from '../../../test/house/plans.ts'
import { stages } from '../../../test/house/stages.ts'
import type { Db } from '../../platform/db.ts'
import {
  countUnfinishedJobs,
  findLastUserId,
  findUserJob,
  listFilteredUsers,
  listImportedAmong,
  listMembersAmong,
  listUserJobs,
} from './store.ts'

const reading = { limit: 10, isHeld: false, withProfile: false }
const READS: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  'one job': (db) => findUserJob(db, 'app', 'ujob_1'),
  'the jobs': (db) => listUserJobs(db, 'app', 'ujob_1', 10),
  'how many are under way': (db) => countUnfinishedJobs(db, 'app'),
  'who was made last': (db) => findLastUserId(db, 'app'),
  'the next users': (db) => listFilteredUsers(db, 'app', { after: 'usr_1', until: 'usr_2' }, reading),
  'users by id': (db) => listFilteredUsers(db, 'app', { ids: ['usr_1', 'usr_2'] }, reading),
  'who is of an import': (db) => listImportedAmong(db, 'app', 'imp_1', ['usr_1', 'usr_2']),
  'who is in a group': (db) => listMembersAmong(db, 'app', 'grp_1', ['usr_1', 'usr_2']),
}

for (const { engine, w } of await stages()) {
  for (const [what, read] of Object.entries(READS)) {
    test(`${engine}: what a job over users reads is found by an index: ${what}`, async () => {
      const plans = await explained(w, engine, read)
      assert.equal(plans.length, 1)
      assertIndexed(plans)
    })
  }
}
