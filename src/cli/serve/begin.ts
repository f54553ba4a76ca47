import { readVariable, type Variables } from '../../platform/config.ts'
import { PROCESSES } from '../../platform/config-processes.ts'
import { findLink } from '../../platform/processes/link.ts'
import { misused, type Outcome } from '../outcome.ts'

const NAME = 'ANTIPHON_PROCESSES'

/** `antiphon serve`: by this process alone, as one of several, or as the supervisor of several. `processes`: as typed. */
export async function begin(variables: Variables, processes?: string): Promise<Outcome> {
  if (processes !== undefined && !PROCESSES.test(processes))
    return misused('--processes takes auto, or a number from 1 to 128')
  const { [`${NAME}_FILE`]: _, ...others } = variables
  const given = processes === undefined ? variables : { ...others, [NAME]: processes }
  const read = readVariable(given, NAME)
  const isAlone = read.kind === 'faults' || read.value === undefined
  if (isAlone || findLink() !== undefined) return await (await import('../serve.ts')).serve(given)
  return (await import('./several.ts')).serveBySeveral(given)
}
