import { once } from 'node:events'
import { stdout } from 'node:process'
import { exportUsers } from '../core/imports/export.ts'
import type { ImportRecord } from '../core/imports/record.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { tryToOpen } from './import/written.ts'
import { done, type Outcome, refused } from './outcome.ts'

export interface ExportFlags {
  readonly app: string
  readonly hashes?: boolean
  readonly leftovers?: boolean
}

const PAGE = 500

/** `antiphon export`: the users of an application, as `antiphon import --from ndjson` takes them; to standard output without a file. */
export async function exportFile(deps: Deps, path: string | undefined, flags: ExportFlags): Promise<Outcome> {
  return await ofApp(deps, flags.app, async () => {
    if (path === undefined) return await toOutput(deps, flags)
    const file = tryToOpen(path)
    if (typeof file === 'string') return refused(`${path}: ${file}`)
    try {
      const users = await writeUsers(deps, flags, file.write)
      return done({ users }, users === 1 ? '1 user is written.' : `${users} users are written.`)
    } finally {
      file.close()
    }
  })
}

async function toOutput(deps: Deps, flags: ExportFlags): Promise<Outcome> {
  if (stdout.isTTY) return refused('say into which file: users are not shown on a terminal')
  await writeUsers(deps, flags, async (text) => {
    if (!stdout.write(text)) await once(stdout, 'drain')
  })
  return { kind: 'said' }
}

/** Answers how many there are. */
async function writeUsers(
  deps: Deps,
  { app, hashes = false, leftovers = false }: ExportFlags,
  write: (text: string) => void | Promise<void>,
): Promise<number> {
  let count = 0
  for (let after: string | undefined; ; ) {
    const users = await exportUsers(deps, app, { after, limit: PAGE, hashes: hashes || leftovers })
    for (const { record } of users) await write(`${JSON.stringify(shown(record, { hashes, leftovers }))}\n`)
    count += users.length
    if (users.length < PAGE) return count
    after = users.at(-1)?.id
  }
}

function shown(record: ImportRecord, { hashes, leftovers }: { hashes: boolean; leftovers: boolean }): ImportRecord {
  const { password_hash, leftovers: kept, ...rest } = record
  return {
    ...rest,
    ...(hashes && password_hash !== undefined && { password_hash }),
    ...(leftovers && kept !== undefined && { leftovers: kept }),
  }
}
