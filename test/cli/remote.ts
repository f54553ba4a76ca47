import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { typed } from '../../src/cli/io.fixture.ts'
import { run } from '../../src/cli/run.ts'
import { instanceKey } from '../builders.ts'
import type { World } from '../world.ts'

/** The command line in this process, against the server of a world, with a key of its instance. */
export async function remoteOf(w: World) {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-remote-'))
  after(() => rmSync(folder, { recursive: true }))
  const key = join(folder, 'key')
  writeFileSync(key, await instanceKey(w))

  const antiphon = async (args: readonly string[], person: Parameters<typeof typed>[0] = {}) => {
    const io = typed(person)
    await run([...args, '--url', w.address, '--key', `@${key}`], {}, io)
    return { out: io.said.out.join('\n'), err: io.said.err.join('\n'), code: io.said.code }
  }
  return {
    antiphon,
    /** What a command answers to machines. */
    async json(...args: string[]) {
      const { out, err, code } = await antiphon([...args, '--json'])
      assert.deepEqual([err, code], ['', 0], args.join(' '))
      return JSON.parse(out)
    },
    /** To people. */
    async plain(...args: string[]) {
      const { out, err, code } = await antiphon(args, { isTerminal: true })
      assert.deepEqual([err, code], ['', 0], args.join(' '))
      return out
    },
    /** Why it is refused. */
    async refusal(...args: string[]) {
      const { out, err, code } = await antiphon(args)
      assert.ok(out === '' && (code === 1 || code === 64), `${args.join(' ')}: ${out}`)
      return err
    },
  }
}
