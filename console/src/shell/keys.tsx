import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { SCREENS } from '../screens.ts'
import { useShownApplication } from './navigation.tsx'

/** How long `g` waits for its letter. */
const CHORD_MS = 1500

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))

/** What single keys do, and the list of them. */
export function Keys() {
  const [isListed, setListed] = useState(false)
  useKeys(() => setListed(true))
  return isListed ? <KeyList onClose={() => setListed(false)} /> : null
}

function useKeys(showList: () => void): void {
  const navigate = useNavigate()
  const appID = useShownApplication()
  const goneAt = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const goTo = (letter: string) => {
      const screen = SCREENS.find(({ entry }) => entry?.letter === letter)
      if (screen) navigate({ to: screen.path, params: { appID } as never })
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('dialog[open]')) return
      const isSecond = event.timeStamp - goneAt.current < CHORD_MS
      goneAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
      if (isSecond) goTo(event.key)
      else if (event.key === '?') showList()
      else if (event.key === '/') focusSearch(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate, appID, showList])
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('main input[type=search]')
  if (!search) return
  event.preventDefault()
  search.focus()
  search.select()
}

function KeyList({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui()
  const screens = SCREENS.flatMap(({ entry }) => (entry ? [entry] : []))
  return (
    <Dialog title={t`Keys`} onClose={onClose}>
      <table className="keys">
        <thead className="unseen">
          <tr>
            <th>
              <Trans>Key</Trans>
            </th>
            <th>
              <Trans>What it does</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          <KeyRow keys={['/']}>{t`Search`}</KeyRow>
          <KeyRow keys={['?']}>{t`Show this list`}</KeyRow>
          <KeyRow keys={['Esc']}>{t`Close a dialog`}</KeyRow>
          {screens.map(({ letter, label }) => (
            <KeyRow key={letter} keys={['g', letter]}>
              {t`Go to: ${i18n._(label)}`}
            </KeyRow>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

function KeyRow({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <tr>
      <td>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </td>
      <td>{children}</td>
    </tr>
  )
}
