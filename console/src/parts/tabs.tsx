import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { useSearchState } from '../address.ts'

interface Tab {
  /** As the address says it. */
  readonly id: string
  readonly label: string
  readonly content: () => ReactNode
}

/** One of several panels; which one says the address. A panel is made when it is first chosen. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const { search, change } = useSearchState()
  const list = useRef<HTMLDivElement>(null)
  const chosen = tabs.find(({ id }) => id === search.tab) ?? tabs[0]
  if (!chosen) return null
  const choose = (id: string) => change({ tab: id === tabs[0]?.id ? undefined : id })
  const move = (event: KeyboardEvent) => {
    const next = neighbour(tabs, chosen, event.key)
    if (!next) return
    event.preventDefault()
    choose(next.id)
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} className="tab-list" ref={list} onKeyDown={move}>
        {tabs.map(({ id, label: name }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen.id}
            aria-controls="tab-panel"
            tabIndex={id === chosen.id ? 0 : -1}
            onClick={() => choose(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen.id}`} key={chosen.id}>
        {chosen.content()}
      </div>
    </div>
  )
}

function neighbour(tabs: readonly Tab[], chosen: Tab, key: string): Tab | undefined {
  const place = tabs.indexOf(chosen)
  const places: Record<string, number> = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }
  const next = places[key]
  return next === undefined ? undefined : tabs[(next + tabs.length) % tabs.length]
}
