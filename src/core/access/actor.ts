/** Who makes a change, in one word that is kept: `application_key:key_…`, `instance_key:key_…`, `operator:opr_…`, `cli`. */
export function actorOfKey({ id, appId }: { readonly id: string; readonly appId: string }): string {
  if (id === CLI) return CLI
  if (id.startsWith('opr_')) return actorOfOperator(id)
  return `${appId === '' ? 'instance_key' : 'application_key'}:${id}`
}

export const actorOfOperator = (id: string): string => `operator:${id}`

/** The command line, on its own database. Ids of stored keys begin with `key_`, of operators with `opr_`. */
export const CLI = 'cli'
