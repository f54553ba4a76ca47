import { Plural, Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MigrationPeople } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { Button } from '../../parts/button.tsx'
import { csvOf, download, ndjsonOf } from '../../parts/download.ts'
import { Trouble } from '../../parts/trouble.tsx'

type List = 'listLeftBehind' | 'listLockedOut' | 'listUnknownHere'

const NAMES = { listLeftBehind: 'left-behind', listLockedOut: 'locked-out', listUnknownHere: 'unknown-here' } as const
const COLUMNS = ['id', 'external_id', 'last_seen_there_at', 'migrated_at']

/** All pages of a list as a file, made here. */
export function PeopleDownload({ list }: { list: List }) {
  const appID = useParam('appID')
  const [count, setCount] = useState(0)
  const name = `${appID}-${NAMES[list]}`
  const csv = useAction(async () =>
    download(`${name}.csv`, 'text/csv', csvOf(COLUMNS, await readAll(list, appID, setCount))),
  )
  const ndjson = useAction(async () =>
    download(`${name}.ndjson`, 'application/x-ndjson', ndjsonOf(await readAll(list, appID, setCount))),
  )
  const isBusy = csv.state.kind === 'doing' || ndjson.state.kind === 'doing'
  return (
    <>
      <Button isBusy={isBusy} onClick={csv.run}>
        <Trans>All as CSV</Trans>
      </Button>
      <Button isBusy={isBusy} onClick={ndjson.run}>
        <Trans>All as NDJSON</Trans>
      </Button>
      <span role="status">{isBusy && <Plural value={count} one="# person" other="# people" />}</span>
      <Trouble state={csv.state} isReading />
      <Trouble state={ndjson.state} isReading />
    </>
  )
}

async function readAll(list: List, appID: string, onCount: (count: number) => void): Promise<MigrationPeople['users']> {
  const all: MigrationPeople['users'] = []
  let after: string | undefined
  do {
    const query = { limit: 500, ...(after && { after }) }
    const page: MigrationPeople = await call(list, { path: { appID }, query })
    all.push(...page.users)
    onCount(all.length)
    after = page.next
  } while (after)
  return all
}
