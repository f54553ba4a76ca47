import { Trans, useLingui } from '@lingui/react/macro'
import { CircleUser } from 'lucide-react'
import { useRef, useState } from 'react'
import { logOut } from '../api/login.ts'
import { queryClient } from '../api/query.ts'
import { useSession } from '../api/session.ts'
import { ActionDialog } from '../parts/action-dialog.tsx'
import { OwnPasskeys } from './own-passkeys.tsx'

const MENU = 'operator-menu'

/** Forgets what was seen, and shows the login. */
function leave(): void {
  queryClient.clear()
  location.assign('/')
}

type Shown = 'passkeys' | 'everywhere' | 'here'

export function OperatorMenu() {
  const { t } = useLingui()
  const { operator, version } = useSession()
  const [shown, setShown] = useState<Shown>()
  const menu = useRef<HTMLDivElement>(null)
  const show = (what: Shown) => () => {
    menu.current?.hidePopover()
    setShown(what)
  }
  const close = () => setShown(undefined)
  return (
    <>
      <button type="button" className="button operator" popoverTarget={MENU} aria-label={t`Operator: ${operator.name}`}>
        <CircleUser aria-hidden="true" /> <span className="operator-name">{operator.name}</span>
      </button>
      <div id={MENU} ref={menu} popover="auto" className="menu">
        <p className="menu-head">
          <strong>{operator.name}</strong>
          <span className="quiet">{operator.email}</span>
          <span className="quiet">{operator.role}</span>
        </p>
        <button type="button" onClick={show('passkeys')}>
          <Trans>My passkeys</Trans>
        </button>
        <button type="button" onClick={show('here')}>
          <Trans>Log out</Trans>
        </button>
        <button type="button" onClick={show('everywhere')}>
          <Trans>Log out everywhere</Trans>
        </button>
        <p className="quiet menu-foot">Antiphon {version}</p>
      </div>
      {shown === 'passkeys' && <OwnPasskeys onClose={close} />}
      {(shown === 'here' || shown === 'everywhere') && <LogOut isEverywhere={shown === 'everywhere'} onClose={close} />}
    </>
  )
}

function LogOut({ isEverywhere, onClose }: { isEverywhere: boolean; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <ActionDialog
      title={isEverywhere ? t`Log out everywhere` : t`Log out`}
      verb={isEverywhere ? t`Log out everywhere` : t`Log out`}
      undo={t`Log in again whenever you like.`}
      act={async () => {
        await logOut(isEverywhere)
        leave()
        return t`You are logged out.`
      }}
      onLook={leave}
      onClose={onClose}
    >
      {isEverywhere ? (
        <Trans>Every session that you have in the console ends, on every device, this one too.</Trans>
      ) : (
        <Trans>Your session in this browser ends.</Trans>
      )}
    </ActionDialog>
  )
}
