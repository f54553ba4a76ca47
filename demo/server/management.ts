import { type Antiphon, type Call, call } from './antiphon.ts'

/** As far as the demo asks. */
export interface Application {
  readonly mode: 'dev' | 'prod'
  readonly redirect_uris: readonly string[]
}

/** Reads a configuration (undefined when there is none), adds, replaces or deletes one; reads and changes the application and its settings. Throws when the API refuses. */
export interface Management {
  readApplication(): Promise<Application>
  changeApplication(change: Partial<Application>): Promise<void>
  read(path: string): Promise<Record<string, unknown> | undefined>
  create(path: string, config: object): Promise<void>
  replace(path: string, config: object): Promise<void>
  /** Add it, or replace what is there. */
  write(path: string, config: object): Promise<void>
  /** The ids in a list, by the name that it has in the answer. */
  listIds(path: string, name: string): Promise<readonly string[]>
  remove(path: string): Promise<void>
  /** Every setting back to its default. */
  resetSettings(): Promise<void>
}

/** One call of the management API, as the application's owner makes it; without a path about the application itself. */
export const manage = (antiphon: Antiphon, path: string, options: Call = {}) =>
  call(antiphon, `/v2/session/apps/${antiphon.appId}${path && `/${path}`}`, {
    ...options,
    headers: { authorization: `Bearer ${antiphon.managementKey}` },
  })

export function openManagement(antiphon: Antiphon): Management {
  const send = async (path: string, options?: Call) => {
    const answer = await manage(antiphon, path, options)
    if (answer.status > 204 && answer.status !== 404) throw new Error(`${path} was refused: ${answer.text}`)
    return answer
  }
  return {
    readApplication: async () => JSON.parse((await send('')).text).application,
    async changeApplication(change) {
      await send('', { method: 'PATCH', body: change })
    },
    async read(path) {
      const { status, text } = await send(path)
      return status === 404 ? undefined : JSON.parse(text).config
    },
    async create(path, config) {
      await send(path, { method: 'POST', body: config })
    },
    async replace(path, config) {
      await send(path, { method: 'PUT', body: config })
    },
    async write(path, config) {
      const isThere = (await send(path)).status === 200
      await send(path, { method: isThere ? 'PUT' : 'POST', body: config })
    },
    async listIds(path, name) {
      const rows: readonly { readonly id: string }[] = JSON.parse((await send(path)).text)[name]
      return rows.map(({ id }) => id)
    },
    async remove(path) {
      await send(path, { method: 'DELETE' })
    },
    async resetSettings() {
      const { settings }: { settings: Record<string, object> } = JSON.parse((await send('settings')).text)
      const groups = Object.entries(settings).map(([group, members]) => [group, defaultsOf(members)])
      await send('settings', { method: 'PATCH', body: { settings: Object.fromEntries(groups) } })
    },
  }
}

const defaultsOf = (members: object) => Object.fromEntries(Object.keys(members).map((name) => [name, null]))
