import { fileURLToPath } from 'node:url'
import { ENGINES, type Engine, type OnEngine, startOn } from './antiphon/engine.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { allowCodes, allowPasswords, allowProvider, createPeople, RETURN_TO } from './antiphon/ways-in.ts'
import type { Traffic } from './load/traffic.ts'
import { type ServerProcess, startServer } from './machine/server-process.ts'
import { describeRounds, measure, type Plan } from './measure.ts'
import { table } from './report/table.ts'
import type { Setting, Subject } from './subjects/subject.ts'

const OPENID = fileURLToPath(new URL('peers/openid.ts', import.meta.url))

/** How fast do people log in: by a code that is sent, by password, by an OpenID provider on this machine? */
export async function waysIn(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  const rows = await measure(ENGINES.flatMap(subjectsOn), plan)
  return {
    markdown: `${describeRounds(plan)}\n\n${table(rows, 'flow')}`,
    valid: rows.every((row) => row.problem === undefined),
  }
}

/** All ways into one server. */
function subjectsOn(engine: Engine): Subject[] {
  let shared: Promise<OnEngine> | undefined
  let provider: Promise<ServerProcess> | undefined
  const subject = (name: string, trafficFor: (antiphon: OnEngine, setting: Setting) => Promise<Traffic>): Subject => ({
    name,
    async start(setting) {
      shared ??= startOn(engine, setting)
      const antiphon = await shared
      const { server, databasePid, stop } = antiphon
      try {
        await setting.generator.open(name, server.address, await trafficFor(antiphon, setting), setting.clients)
      } catch (error) {
        await stop()
        throw error
      }
      const end = async () => {
        await stop()
        await (await provider)?.stop()
      }
      return { drive: (seconds) => setting.generator.drive(name, seconds, server.pid, databasePid), stop: end }
    },
  })
  return [
    subject(`code: start, check, finalize, ${engine}`, async ({ host, manage }, { generator }) => {
      await allowCodes(manage, await generator.inbox(), 'open')
      return { kind: 'otp-login', host }
    }),
    subject(`password: login, finalize, ${engine}`, async ({ host, manage }, { clients }) => {
      await allowPasswords(manage)
      return { kind: 'password-login', host, people: await createPeople(manage, clients) }
    }),
    subject(`provider: authorize, callback, finalize, ${engine}`, async ({ host, manage }, { cpus }) => {
      provider ??= startServer({ argv: [OPENID], cpu: cpus.generator })
      await allowProvider(manage, (await provider).address)
      return { kind: 'provider-login', host, returnTo: RETURN_TO }
    }),
    subject(`beside it: refresh, ${engine}`, async ({ host, server }, { clients }) => ({
      kind: 'refresh',
      host,
      sessions: await seedSessions(server.address, host, clients),
    })),
  ]
}
