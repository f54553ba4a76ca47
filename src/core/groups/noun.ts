import { z } from 'zod'
import type { Feature } from '../../platform/feature.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { deleteMembers } from './store/members.ts'
import { groupMigrations } from './tables.ts'

/** So many at once that nobody waits for their locks. */
const SLICE = 500

export const CLEAR_GROUP = 'groups/clear'

/** Deletes the memberships of a group that is gone, a slice at a time: nothing reads them any more. */
const clearGroup = job({
  kind: CLEAR_GROUP,
  payload: z.object({ group_id: z.string() }),
  async run({ group_id }, { appId }, deps) {
    for (;;) if ((await deps.transact((tx) => deleteMembers(tx, appId, group_id, SLICE))) < SLICE) return
  },
})

export const groupsNoun: Feature = {
  name: 'groups',
  migrations: groupMigrations,
  jobs: [clearGroup],
  tables: [
    ['user_groups', 'id'],
    ['group_members', 'user_id'],
  ],
}
