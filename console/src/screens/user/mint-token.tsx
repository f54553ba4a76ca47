import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { JsonField } from './json-field.tsx'
import { objectIn } from './json-object.ts'
import type { UserPath } from './path.ts'

interface Props {
  readonly path: UserPath
  readonly claims: Readonly<Record<string, unknown>>
  readonly onClose: () => void
}

const MINUTE_SECONDS = 60
const MAX_MINUTES = 1440

/** Those of the preview, but for what belongs to a session and to one token. */
function draftOf(claims: Props['claims']): string {
  const { iat: _iat, nbf: _nbf, exp: _exp, jti: _jti, sid: _sid, ...kept } = claims
  return JSON.stringify(kept, null, 2)
}

export function MintToken({ path: { appID }, claims, onClose }: Props) {
  const { t } = useLingui()
  const [text, setText] = useState(() => draftOf(claims))
  const [minutes, setMinutes] = useState('60')
  return (
    <ActionDialog
      title={t`Mint a token`}
      verb={t`Mint`}
      undo={t`It cannot be called back, but ends by itself.`}
      act={async () => {
        const said = objectIn(text)
        if (!said) throw new Error(t`This is no JSON object yet.`)
        const exp = Math.floor(Date.now() / 1000) + Number(minutes) * MINUTE_SECONDS
        const { token, expires_at } = await call('mintToken', { path: { appID }, body: { claims: { ...said, exp } } })
        return (
          <SecretOnce secret={token} label={t`Copy the token`}>
            <Trans>
              It ends: <Time at={expires_at} />.
            </Trans>
          </SecretOnce>
        )
      }}
      onLook={() => undefined}
      onClose={onClose}
    >
      <div className="stack">
        <p>
          <Trans>
            A token with the claims of this user, to test whoever verifies tokens. This server does not take it for an
            access token. It stands in the audit log who minted it.
          </Trans>
        </p>
        <JsonField
          label={t`Claims, as JSON`}
          help={<Trans>Put as iss what your verifier expects: the preview was asked for at the console’s host.</Trans>}
          text={text}
          onChange={setText}
        />
        <TextField
          label={t`Minutes that it is good for`}
          type="number"
          min={1}
          max={MAX_MINUTES}
          value={minutes}
          onChange={setMinutes}
          required
        />
      </div>
    </ActionDialog>
  )
}
