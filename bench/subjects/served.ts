import type { Traffic } from '../load/traffic.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { Running, Setting, Subject } from './subject.ts'

export type Served = {
  readonly name: string
  /** The script and its arguments. */
  argv(setting: Setting): readonly [string, ...string[]]
  env?(setting: Setting): Readonly<Record<string, string>>
  /** What to send to the server that is now up. */
  traffic(server: ServerProcess, setting: Setting): Traffic | Promise<Traffic>
}

/** A subject that is one server process under HTTP load. */
export function servedSubject(served: Served): Subject {
  return {
    name: served.name,
    async start(setting): Promise<Running> {
      const env = served.env?.(setting) ?? {}
      const server = await startServer({ argv: served.argv(setting), env, cpu: setting.cpus.server })
      try {
        const traffic = await served.traffic(server, setting)
        await setting.generator.open(served.name, server.address, traffic, setting.clients)
      } catch (error) {
        await server.stop()
        throw error
      }
      return {
        drive: (seconds) => setting.generator.drive(served.name, seconds, server.pid),
        stop: () => server.stop(),
      }
    },
  }
}
