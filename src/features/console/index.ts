import type { Feature } from '../../platform/feature.ts'
import { beginCompany, finishCompany } from './company.ts'
import { beginPasskey, finishPasskey, removePasskey } from './passkeys.ts'
import {
  beginLogin,
  finishLogin,
  readLogin,
  readSession,
  signOut,
  signOutEverywhere,
  useInvitation,
} from './sign-in.ts'

/** What the console asks of the process that serves it, besides the management API. It belongs to that listener alone, and is in no document. */
export const consoleFeature: Feature = {
  name: 'console',
  endpoints: [
    readSession,
    readLogin,
    useInvitation,
    beginLogin,
    finishLogin,
    beginCompany,
    finishCompany,
    signOut,
    signOutEverywhere,
    beginPasskey,
    finishPasskey,
    removePasskey,
  ],
}
