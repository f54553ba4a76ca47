import { findApplication } from '../core/applications/store.ts'
import type { Deps } from '../platform/deps.ts'
import { type Outcome, refused } from './outcome.ts'

export const unknownApp = (id: string) => refused(`there is no application ${id}; see \`antiphon apps list\``)

/** Refuse unless the application exists. */
export async function ofApp(deps: Deps, id: string, work: () => Promise<Outcome>): Promise<Outcome> {
  return (await findApplication(deps.db, id)) ? await work() : unknownApp(id)
}
