import { z } from 'zod'
import { job } from '../../platform/jobs/jobs.ts'
import { listApplications } from '../applications/store.ts'
import { rotateKeys } from './keyring.ts'

/** Looks every hour whether a key is due. */
export const rotateKeysJob = job({
  kind: 'signing-keys/rotate',
  payload: z.null(),
  everySeconds: 3600,
  async run(_payload, _context, deps) {
    for (const { id } of await listApplications(deps.db)) await rotateKeys(deps, id)
  },
})
