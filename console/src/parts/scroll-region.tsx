import { type ReactNode, useEffect, useRef } from 'react'

interface Props {
  readonly label: string
  readonly isBusy?: boolean
  readonly children: ReactNode
}

/** Scrolls sideways what is too wide for the page; reached by the Tab key only where there is something to scroll. */
export function ScrollRegion({ label, isBusy = false, children }: Props) {
  const region = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = region.current
    if (!element) return
    const judge = () => {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0
      else element.removeAttribute('tabindex')
    }
    const observer = new ResizeObserver(judge)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  return (
    <section className="table-region" ref={region} aria-label={label} aria-busy={isBusy}>
      {children}
    </section>
  )
}
