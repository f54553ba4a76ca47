import { Trans, useLingui } from '@lingui/react/macro'
import { Search } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useSearchState } from '../address.ts'

/** What narrows a list, above it. All of it stands in the address. */
export function Filters({ children, names }: { children: ReactNode; names: readonly string[] }) {
  const { t } = useLingui()
  const { search, change } = useSearchState()
  const isNarrowed = names.some((name) => search[name])
  return (
    <search className="filters" aria-label={t`Narrow the list`}>
      {children}
      {isNarrowed && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => change(Object.fromEntries(names.map((name) => [name, undefined])))}
        >
          <Trans>Clear</Trans>
        </button>
      )}
    </search>
  )
}

/** How long somebody may pause while typing before the server is asked. */
const PAUSE_MS = 350

export function SearchField({ name, label }: { name: string; label: string }) {
  const { search, change } = useSearchState()
  const shown = search[name] ?? ''
  const [text, setText] = useState(shown)
  const timer = useRef<number>(undefined)
  useEffect(() => setText(shown), [shown])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (typed: string) => {
    setText(typed)
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => change({ [name]: typed.trim() || undefined }), PAUSE_MS)
  }
  return (
    <label className="search-field">
      <Search aria-hidden="true" />
      <span className="unseen">{label}</span>
      <input
        type="search"
        value={text}
        placeholder={label}
        maxLength={320}
        onChange={({ target }) => type(target.value)}
      />
    </label>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly label: string
  /** By what the address says; without it, all are shown. */
  readonly choices: Readonly<Record<string, string>>
  readonly all: string
}

export function ChoiceField({ name, label, choices, all }: ChoiceProps) {
  const { search, change } = useSearchState()
  return (
    <label className="filter">
      <span>{label}</span>
      <select value={search[name] ?? ''} onChange={({ target }) => change({ [name]: target.value || undefined })}>
        <option value="">{all}</option>
        {Object.entries(choices).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

export function DateField({ name, label }: { name: string; label: string }) {
  const { search, change } = useSearchState()
  return (
    <label className="filter">
      <span>{label}</span>
      <input
        type="date"
        value={search[name] ?? ''}
        onChange={({ target }) => change({ [name]: target.value || undefined })}
      />
    </label>
  )
}

export function SwitchField({ name, label }: { name: string; label: string }) {
  const { search, change } = useSearchState()
  return (
    <label className="filter filter-switch">
      <input
        type="checkbox"
        checked={search[name] === 'true'}
        onChange={({ target }) => change({ [name]: target.checked ? 'true' : undefined })}
      />
      <span>{label}</span>
    </label>
  )
}
