import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { MailboxResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'

type Mail = MailboxResponse['mail'][number]

const EVERY_MS = 10_000
const CODE = /\b\d{4,10}\b/

const COLUMNS: readonly Column<Mail>[] = [
  { id: 'at', header: msg`When`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  {
    id: 'to',
    header: msg`To`,
    cell: ({ recipient }) => (
      <bdi dir="ltr" className="wide">
        {recipient}
      </bdi>
    ),
  },
  { id: 'code', header: msg`Code`, cell: ({ text }) => <Code text={text} /> },
  { id: 'text', header: msg`Message`, cell: (mail) => <Letter mail={mail} /> },
]

function Code({ text }: Pick<Mail, 'text'>) {
  const [code] = CODE.exec(text) ?? []
  if (!code) return null
  return (
    <span className="code">
      <code>{code}</code> <CopyButton text={code} />
    </span>
  )
}

function Letter({ mail: { subject, text } }: { mail: Mail }) {
  return (
    <details>
      <summary>{subject || <Trans>Show</Trans>}</summary>
      <pre className="wire">{text}</pre>
    </details>
  )
}

/** What was kept in place of being sent. */
export function Mailbox() {
  const { t } = useLingui()
  const input = { path: { appID: useParam('appID') } }
  const { data, error, isFetching, refetch } = useRead('listMailbox', input, { everyMs: EVERY_MS })
  return (
    <DataTable
      label={t`Mailbox`}
      columns={COLUMNS}
      rows={data?.mail}
      idOf={({ id }) => id}
      failure={error}
      isFetching={isFetching && !data}
      onRetry={() => refetch()}
      empty={
        <EmptyState title={<Trans>The mailbox is empty</Trans>}>
          <Trans>
            While the application is in development, messages come here for 24 hours. Log in by code to see one.
          </Trans>
        </EmptyState>
      }
    />
  )
}
