import type { Feature } from '../../platform/feature.ts'
import { associations } from './association.ts'
import { deleteOwn, listOwn, renameOwn } from './credentials.ts'
import { passkeySettings } from './limits.ts'
import { beginLogin, finishLogin } from './login.ts'
import { put, read, remove } from './management.ts'
import { listOfUser, removeAllOfUser, removeOfUser } from './of-user.ts'
import { beginRegistration, finishRegistration } from './register.ts'

const own = [beginLogin, finishLogin, beginRegistration, finishRegistration, listOwn, renameOwn, deleteOwn]
const managed = [put, read, remove, listOfUser, removeAllOfUser, removeOfUser]

export const passkeysFeature: Feature = {
  name: 'passkeys',
  endpoints: [...own, ...managed, ...associations],
  settings: [passkeySettings],
}
