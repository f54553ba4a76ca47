import type { ReactNode } from 'react'
import icon from '../icon.svg'
import { useTitle } from '../parts/use-title.ts'
import { Preferences } from './preferences.tsx'

/** The page of whoever is not inside yet. */
export function FrontPage({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title)
  return (
    <div className="front">
      <main className="front-card stack">
        <p className="brand">
          <img src={icon} alt="" width="32" height="32" /> Antiphon
        </p>
        <h1>{title}</h1>
        {children}
      </main>
      <footer className="front-foot">
        <Preferences />
      </footer>
    </div>
  )
}
