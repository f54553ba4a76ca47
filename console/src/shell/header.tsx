import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import icon from '../icon.svg'
import { ApplicationPicker } from './application-picker.tsx'
import { OperatorMenu } from './operator-menu.tsx'
import { Preferences } from './preferences.tsx'

export function Header() {
  const { t } = useLingui()
  return (
    <header className="header">
      <Link to="/" className="brand" aria-label={t`Antiphon console, start`}>
        <img src={icon} alt="" width="28" height="28" /> <span className="brand-name">Antiphon</span>
      </Link>
      <ApplicationPicker />
      <div className="header-end">
        <Preferences />
        <OperatorMenu />
      </div>
    </header>
  )
}
