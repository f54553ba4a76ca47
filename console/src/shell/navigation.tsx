import { Trans, useLingui } from '@lingui/react/macro'
import { useParams, useRouterState } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { useSession } from '../api/session.ts'
import { Hinted } from '../parts/hint.tsx'
import { ScreenLink } from '../parts/screen-link.tsx'
import { GROUPS, SCREENS, type Screen } from '../screens.ts'
import { useRefusal } from './refusal.ts'

type Listed = Screen & { readonly entry: NonNullable<Screen['entry']> }

const listed = SCREENS.filter((screen): screen is Listed => screen.entry !== undefined)

/** Beside the screen; where there is no room, folded above it, until somebody goes somewhere. */
export function Navigation() {
  const { t } = useLingui()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  return (
    <>
      <details className="nav-folded" key={path}>
        <summary>
          <Menu aria-hidden="true" /> <Trans>Menu</Trans>
        </summary>
        <nav aria-label={t`Screens`}>
          <Groups />
        </nav>
      </details>
      <nav className="nav-beside" aria-label={t`Screens`}>
        <Groups />
      </nav>
    </>
  )
}

function Groups() {
  const { i18n } = useLingui()
  return Object.entries(GROUPS).map(([group, label]) => {
    const screens = listed.filter(({ entry }) => entry.group === group)
    if (screens.length === 0) return null
    return (
      <section key={group}>
        <p className="nav-group">{i18n._(label)}</p>
        <ul>
          {screens.map((screen) => (
            <li key={screen.path}>
              <NavigationEntry screen={screen} />
            </li>
          ))}
        </ul>
      </section>
    )
  })
}

function NavigationEntry({ screen }: { screen: Listed }) {
  const { i18n } = useLingui()
  const refusal = useRefusal()(screen)
  const appID = useShownApplication()
  const { icon: Icon, label } = screen.entry
  const content = (
    <>
      <Icon aria-hidden="true" /> {i18n._(label)}
    </>
  )
  if (refusal) return <Hinted text={refusal}>{content}</Hinted>
  if (!appID && screen.path.startsWith('/apps/')) return null
  return (
    <ScreenLink
      to={screen.path}
      params={{ appID }}
      activeProps={{ 'aria-current': 'page' }}
      // Every screen of an application stands below its first.
      activeOptions={{ exact: screen.path === '/apps/$appID', includeSearch: false }}
    >
      {content}
    </ScreenLink>
  )
}

/** The application of the address; on a screen of the instance, the first. */
export function useShownApplication(): string | undefined {
  const { applications } = useSession()
  const { appID } = useParams({ strict: false }) as { appID?: string }
  return appID ?? applications[0]?.id
}
