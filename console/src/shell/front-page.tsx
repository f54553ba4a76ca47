import type { ReactNode } from 'react'
import icon from '../icon.svg'
import { Preferences } from './preferences.tsx'

/** The page of whoever is not inside yet. */
export function FrontPage({ children }: { children: ReactNode }) {
  return (
    <div className="front">
      <main className="front-card stack">
        <p className="brand">
          <img src={icon} alt="" width="32" height="32" /> Antiphon
        </p>
        {children}
      </main>
      <footer className="front-foot">
        <Preferences />
      </footer>
    </div>
  )
}
