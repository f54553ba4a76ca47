import type { Feature } from '../../platform/feature.ts'
import { bulk } from './bulk.ts'
import { changeExternalId, changeProfile, changeStatus } from './change.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { batchLookup, get } from './find.ts'
import { addIdentifier, removeIdentifier } from './identifiers.ts'
import { beginJob, cancelJob, getJob, listJobs } from './jobs.ts'
import { list } from './list.ts'
import { setPassword } from './password.ts'
import { endSession, endUserSessions, listUserSessions } from './sessions.ts'

export const usersFeature: Feature = {
  name: 'users',
  endpoints: [
    create,
    bulk,
    list,
    beginJob,
    listJobs,
    getJob,
    cancelJob,
    get,
    remove,
    batchLookup,
    changeProfile,
    changeStatus,
    changeExternalId,
    addIdentifier,
    removeIdentifier,
    setPassword,
    listUserSessions,
    endSession,
    endUserSessions,
  ],
}
