import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { misused } from '../outcome.ts'
import { command, inApp, withExamples } from '../program.ts'
import { call } from './declared.ts'
import { tryJson } from './inputs.ts'
import { fill, operationOf } from './operations.ts'
import { type TargetFlags, withApi, withTarget } from './target.ts'

type Flags = TargetFlags & { readonly app: string }

/** `antiphon settings set`: those that are named change, and the others stay. */
export function addAssign(settings: Command, variables: Variables): void {
  const operation = operationOf('updateSettings')
  const made = command(
    settings,
    'set <name=value...>',
    'change settings; those not named stay, and null sets one back to its default',
    (made) => withTarget(inApp(made)),
    async (typed: string[], flags: Flags) => {
      const read = readAssignments(typed)
      if (typeof read === 'string') return misused(read)
      const path = fill(operation, { appID: flags.app })
      const body = JSON.stringify({ settings: read })
      return await withApi(variables, flags, true, (ways) => call(ways, operation, { path, query: '', body }))
    },
  )
  withExamples(
    made,
    'settings set --app shop sessions.access_token_lifetime_seconds=120',
    'settings set --app shop sessions.audience=https://api.example.com sessions.issuer_form=url',
  )
}

/** `group.name=value` each, into an object of groups; or what is wrong. A value is JSON where it is that, else a text. */
export function readAssignments(typed: readonly string[]): Record<string, Record<string, unknown>> | string {
  const groups: Record<string, Record<string, unknown>> = {}
  for (const one of typed) {
    const [, group, name, text] = /^(\w+)\.(\w+)=(.*)$/s.exec(one) ?? []
    if (group === undefined || name === undefined || text === undefined)
      return `a setting is group.name=value, and not ${one}`
    const value = tryJson(text)
    groups[group] = {
      ...(Object.hasOwn(groups, group) ? groups[group] : {}),
      [name]: value === undefined ? text : value,
    }
  }
  return groups
}
