import type { Antiphon } from './antiphon.ts'
import { openManagement } from './management.ts'
import { PASSWORDS } from './passwords.ts'

/** What the guides replace by their own, so that each may begin at any time and again. */
const CONFIGS = {
  'config/migration': { session_validation_url: 'http://127.0.0.1:9100/validate' },
  'config/login/password': PASSWORDS,
  'config/stepup': { step_keys: [], allowed_scopes: [] },
}

/** Configure the application of the guides, over the management API. What somebody configured stays. Throws when the API refuses. */
export async function connectGuide(antiphon: Antiphon): Promise<void> {
  const management = openManagement(antiphon)
  for (const [path, config] of Object.entries(CONFIGS)) {
    if (!(await management.read(path))) await management.create(path, config)
  }
}
