import type { Variables } from '../platform/config.ts'
import { fileVariableOf } from '../platform/config-files.ts'
import { VARIABLES } from '../platform/config-variables.ts'
import { type Finding, hint } from '../platform/finding.ts'

const KNOWN = [...VARIABLES.flatMap(([name]) => [name, fileVariableOf(name) ?? name]), 'ANTIPHON_TEST_POSTGRES']

/** Variables that look like ours and are none. */
export function judgeVariables(variables: Variables): Finding[] {
  const unknown = Object.keys(variables).filter((name) => name.startsWith('ANTIPHON_') && !KNOWN.includes(name))
  return unknown.map((name) =>
    hint('configuration', `${name} is no variable of this release`, 'Look for a slip of the pen in docs/settings.md.'),
  )
}
