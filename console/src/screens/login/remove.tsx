import { Trans, useLingui } from '@lingui/react/macro'
import type { Operation } from '../../api/call.ts'
import { RemoveConfig } from '../../parts/remove-config.tsx'

interface Props {
  readonly operation: Operation
  readonly name: string
  /** What is to be typed; the name, unless it is longer than one likes to type. */
  readonly typed?: string
  readonly remove: () => Promise<unknown>
  readonly shownBy: readonly Operation[]
}

/** Takes a way to log in away. */
export function Remove({ operation, name, typed = name, remove, shownBy }: Props) {
  const { t } = useLingui()
  return (
    <RemoveConfig
      operation={operation}
      name={name}
      title={t`Delete ${name}`}
      typed={typed}
      undo={t`To undo it, set it up again. Secrets have to be given anew.`}
      remove={remove}
      shownBy={[...shownBy, 'listFindings']}
    >
      <Trans>Nobody logs in by it any more. Sessions go on, and linked accounts stay.</Trans>
    </RemoveConfig>
  )
}
