import { Trans } from '@lingui/react/macro'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Announcer } from '../parts/announce.tsx'
import { Header } from './header.tsx'
import { Keys } from './keys.tsx'
import { Navigation } from './navigation.tsx'

export function Shell() {
  const main = useFocusOnArrival()
  return (
    <>
      <a className="skip" href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      <Header />
      <div className="shell">
        <Navigation />
        <main id="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Announcer />
      <Keys />
    </>
  )
}

/** Whoever goes to another screen goes on from its beginning; a change of what a screen shows leaves the focus. */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const last = useRef(path)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    main.current?.focus({ preventScroll: true })
  }, [path])
  return main
}
