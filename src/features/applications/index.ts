import type { Feature } from '../../platform/feature.ts'
import { create, get, list, remove } from './applications.ts'
import { createKey, deleteKey, listKeys, rotateKey } from './keys.ts'
import { getSettings, updateSettings } from './settings.ts'
import { update } from './update.ts'

export const applicationsFeature: Feature = {
  name: 'applications',
  endpoints: [
    create,
    list,
    get,
    update,
    remove,
    getSettings,
    updateSettings,
    listKeys,
    createKey,
    rotateKey,
    deleteKey,
  ],
}
