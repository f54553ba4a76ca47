/** Who makes a change, in one word that is kept: `application_key:key_…`, `instance_key:key_…`, `cli`. */
export const actorOfKey = ({ id, appId }: { readonly id: string; readonly appId: string }): string =>
  `${appId === '' ? 'instance_key' : 'application_key'}:${id}`

export const CLI = 'cli'
