import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { lazy } from 'react'
import type { Search } from './address.ts'
import { SCREENS, type Screen } from './screens.ts'
import { Home } from './shell/home.tsx'
import { NotFound } from './shell/not-found.tsx'
import { ScreenFailed } from './shell/screen-failed.tsx'
import { ScreenFrame } from './shell/screen-frame.tsx'
import { Shell } from './shell/shell.tsx'
import { loadWords } from './words/words.ts'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ScreenFailed,
  validateSearch: (search: Record<string, unknown>): Search => search as Search,
})

const home = createRoute({ getParentRoute: () => root, path: '/', component: Home })

export const router = createRouter({
  routeTree: root.addChildren([home, ...SCREENS.map(routeOf)]),
  defaultPreload: 'intent',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search as Search).filter(([, value]) => value)
    const text = new URLSearchParams(given as [string, string][]).toString()
    return text && `?${text}`
  },
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** Where the pages of a list began that were seen before this one. */
    trail?: readonly string[]
  }
}

function routeOf(screen: Screen) {
  const Content = lazy(async () => {
    const [content] = await Promise.all([screen.load(), loadWords(screen.name)])
    return content
  })
  const component = () => (
    <ScreenFrame screen={screen}>
      <Content />
    </ScreenFrame>
  )
  return createRoute({ getParentRoute: () => root, path: screen.path, component, errorComponent: ScreenFailed })
}
