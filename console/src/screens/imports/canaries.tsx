import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '../../parts/button.tsx'

export interface Canary {
  readonly key: number
  readonly external_id: string
  readonly password: string
}

const MOST = 20

/** Accounts that are tried once their hashes are here. */
export function Canaries({ all, onChange }: { all: readonly Canary[]; onChange: (all: readonly Canary[]) => void }) {
  const { t } = useLingui()
  const put = (changed: Canary) => onChange(all.map((one) => (one.key === changed.key ? changed : one)))
  const add = () => onChange([...all, { key: (all.at(-1)?.key ?? 0) + 1, external_id: '', password: '' }])
  return (
    <fieldset className="field">
      <legend>
        <Trans>Test accounts</Trans>
      </legend>
      <p className="help">
        <Trans>
          Accounts of your own in the old system, whose passwords you know: they are tried here, to show that passwords
          came over. No real person’s. Kept sealed, for 30 days.
        </Trans>
      </p>
      {all.map((one) => (
        <div key={one.key} className="pair">
          <input
            aria-label={t`External id`}
            placeholder={t`External id`}
            value={one.external_id}
            maxLength={128}
            onChange={({ target }) => put({ ...one, external_id: target.value })}
          />
          <input
            aria-label={t`Password there`}
            placeholder={t`Password there`}
            type="password"
            autoComplete="off"
            value={one.password}
            maxLength={1024}
            onChange={({ target }) => put({ ...one, password: target.value })}
          />
          <Button onClick={() => onChange(all.filter(({ key }) => key !== one.key))}>
            <Trans>Remove</Trans>
          </Button>
        </div>
      ))}
      {all.length < MOST && (
        <div>
          <Button onClick={add}>
            <Trans>Add a test account</Trans>
          </Button>
        </div>
      )}
    </fieldset>
  )
}
