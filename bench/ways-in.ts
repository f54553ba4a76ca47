import { ENGINES, type Engine, type OnEngine, startOn } from './antiphon/engine.ts'
import { allowCodes, allowPasswords, createPeople } from './antiphon/ways-in.ts'
import type { Traffic } from './load/traffic.ts'
import { describeRounds, measure, type Plan } from './measure.ts'
import { table } from './report/table.ts'
import type { Setting, Subject } from './subjects/subject.ts'

/** How fast do people log in: by a code that is sent, and by password? */
export async function waysIn(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  const rows = await measure(ENGINES.flatMap(subjectsOn), plan)
  return {
    markdown: `${describeRounds(plan)}\n\n${table(rows, 'flow')}`,
    valid: rows.every((row) => row.problem === undefined),
  }
}

/** Both ways into one server. */
function subjectsOn(engine: Engine): Subject[] {
  let shared: Promise<OnEngine> | undefined
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
      return { drive: (seconds) => setting.generator.drive(name, seconds, server.pid, databasePid), stop }
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
  ]
}
