import { Trans, useLingui } from '@lingui/react/macro'
import { Terminal } from 'lucide-react'
import { useState } from 'react'
import type { Request } from '../api/call.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'

/** Shows the management calls that a screen makes, to be made from a shell. */
export function CurlButton({ requests }: { requests: readonly Request[] }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        <Terminal aria-hidden="true" /> <Trans>Show as curl</Trans>
      </Button>
      {isOpen && (
        <Dialog title={t`The same from a shell`} onClose={() => setOpen(false)}>
          <div className="stack">
            <p>
              <Trans>
                Set <code>ANTIPHON_URL</code> to the server’s address and <code>ANTIPHON_MANAGEMENT_KEY</code> to a
                management key first.
              </Trans>
            </p>
            {requests.map(curlOf).map((line) => (
              <div key={line} className="code-block">
                <pre>{line}</pre>
                <CopyButton text={line} label={t`Copy the command`} />
              </div>
            ))}
          </div>
        </Dialog>
      )}
    </>
  )
}

/** A request as a line of shell. */
export function curlOf({ method, url, body }: Request): string {
  const parts = [
    `curl -sS${method === 'GET' || (method === 'POST' && body !== undefined) ? '' : ` -X ${method}`}`,
    '-H "Authorization: Bearer $ANTIPHON_MANAGEMENT_KEY"',
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`]),
    `"$ANTIPHON_URL"${quote(url)}`,
  ]
  return parts.join(' \\\n  ')
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
