/** Who makes a change, in one word that is kept: `application_key:key_…`, `instance_key:key_…`, `cli`. */
export const actorOfKey = ({ id, appId }: { readonly id: string; readonly appId: string }): string =>
  id === CLI ? CLI : `${appId === '' ? 'instance_key' : 'application_key'}:${id}`

/** The command line, on its own database. Ids of stored keys begin with `key_`. */
export const CLI = 'cli'
