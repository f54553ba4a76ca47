import { Trans, useLingui } from '@lingui/react/macro'
import type { CreateApplicationRequest } from '../../api/operations.ts'
import { Choice } from '../../parts/choice.tsx'
import { TextField } from '../../parts/text-field.tsx'

/** An application as the dialog has it. */
export interface Draft {
  readonly id: string
  readonly name: string
  readonly mode: NonNullable<CreateApplicationRequest['mode']>
}

export function ApplicationFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useLingui()
  return (
    <div className="stack">
      <TextField
        label={t`Id`}
        help={<Trans>Lower-case letters, digits and hyphens: the first label of its host. Never changes.</Trans>}
        value={draft.id}
        onChange={(id) => onChange({ ...draft, id })}
        maxLength={63}
        autoCapitalize="off"
        spellCheck={false}
        required
      />
      <TextField
        label={t`Name`}
        help={<Trans>Empty: the id.</Trans>}
        value={draft.name}
        onChange={(name) => onChange({ ...draft, name })}
        maxLength={100}
      />
      <fieldset className="choices">
        <legend>
          <Trans>Mode</Trans>
        </legend>
        <Choice
          name="mode"
          isChosen={draft.mode === 'prod'}
          onChange={() => onChange({ ...draft, mode: 'prod' })}
          label={t`Production`}
        />
        <Choice
          name="mode"
          isChosen={draft.mode === 'dev'}
          onChange={() => onChange({ ...draft, mode: 'dev' })}
          label={t`Development`}
        >
          <Trans>Minted tokens, a mailbox in the place of delivery, and codes without a configuration.</Trans>
        </Choice>
      </fieldset>
    </div>
  )
}
