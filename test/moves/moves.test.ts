import { test } from 'node:test'
import { ENGINES, world } from '../world.ts'
import { moveEverybody } from './move.ts'
import { SYSTEMS } from './systems.ts'

/** `npm run moves` brings ten thousand of each system over. */
const COUNT = Number(process.env.ANTIPHON_TEST_PEOPLE ?? 160)

for (const engine of ENGINES) {
  for (const makeSystem of SYSTEMS) {
    const system = makeSystem()
    test(`${engine}: everybody comes over from ${system.title}, and nobody is asked to log in`, async (t) => {
      const report = await moveEverybody(await world(engine), system, COUNT)
      const [file] = report.imports
      t.diagnostic(
        `${system.title}: ${JSON.stringify({ ...file.outcomes, ...report.users.by_way })} ${report.sentence}`,
      )
    })
  }
}
