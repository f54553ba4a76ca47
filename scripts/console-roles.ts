import type { Permission } from '../src/platform/permissions.ts'

const HEAD = '// Generated from the declarations in src/ by `npm run generate`. Do not edit.'

/** `console/src/api/roles.ts`: what there is to be allowed, and what each role may. */
export function consoleRoles(
  all: readonly Permission[],
  roles: ReadonlyMap<string, readonly Permission[] | undefined>,
): string {
  const lines = [...roles].map(([role, some]) => `  ${role}: ${JSON.stringify(some ?? all)},`)
  return `${HEAD}

export const PERMISSIONS = ${JSON.stringify(all)} as const

/** What an operator of a role may do. */
export const ROLES = {
${lines.join('\n')}
} as const
`
}
