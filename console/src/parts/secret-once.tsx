import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

interface Props {
  readonly secret: string
  /** What copies it, for whoever hears the button. */
  readonly label: string
  /** What it is, and for how long. */
  readonly children: ReactNode
}

/** A secret that the server tells once. */
export function SecretOnce({ secret, label, children }: Props) {
  return (
    <div className="stack">
      <p>{children}</p>
      <div className="code-block">
        <pre>{secret}</pre>
        <CopyButton text={secret} label={label} />
      </div>
      <p className="note note-warn">
        <Trans>It is shown this once. Copy it before you close this.</Trans>
      </p>
    </div>
  )
}
