import { type Antiphon, type Call, call } from './antiphon.ts'

/** As far as the demo asks. */
export interface Application {
  readonly mode: 'dev' | 'prod'
  readonly redirect_uris: readonly string[]
}

/** Reads a configuration (undefined when there is none), adds or replaces one; reads and changes the application. Throws when the API refuses. */
export interface Management {
  readApplication(): Promise<Application>
  changeApplication(change: Partial<Application>): Promise<void>
  read(path: string): Promise<Record<string, unknown> | undefined>
  create(path: string, config: object): Promise<void>
  replace(path: string, config: object): Promise<void>
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
    if (answer.status > 201 && answer.status !== 404) throw new Error(`${path} was refused: ${answer.text}`)
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
  }
}
