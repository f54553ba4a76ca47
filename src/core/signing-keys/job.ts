import { z } from 'zod'
import { job } from '../../platform/jobs/jobs.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { listApplications } from '../applications/store.ts'
import { rotateKeys } from './keyring.ts'

/** Looks every hour whether a key is due. */
export const rotateKeysJob = job({
  kind: 'signing-keys/rotate',
  payload: z.null(),
  everySeconds: 3600,
  async run(_payload, _context, deps) {
    // A key that was deleted verifies nothing any more, and one of a year ahead is in the way: not while the clocks contradict each other.
    const now = await trustedTime(deps).forDeletion()
    if (now === undefined) return
    for (const { id } of await listApplications(deps.db)) await rotateKeys(deps, id, now)
  },
})
