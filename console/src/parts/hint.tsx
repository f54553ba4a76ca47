import { type FocusEvent, type MouseEvent, type ReactNode, useId, useRef } from 'react'

type Shown = MouseEvent<HTMLElement> | FocusEvent<HTMLElement>

interface Hint {
  /** For the element that the hint is about. */
  readonly anchor: object
  /** To be put behind it. */
  readonly hint: ReactNode
}

/** Words about an element, shown while the pointer or the focus is on it. */
export function useHint(text: string | undefined): Hint {
  const id = useId()
  const bubble = useRef<HTMLSpanElement>(null)
  if (text === undefined) return { anchor: {}, hint: null }
  const show = ({ currentTarget }: Shown) => bubble.current && showBeneath(bubble.current, currentTarget)
  const hide = () => bubble.current?.hidePopover()
  return {
    anchor: { onMouseEnter: show, onFocus: show, onMouseLeave: hide, onBlur: hide, 'aria-describedby': id },
    hint: (
      <span id={id} ref={bubble} popover="manual" role="tooltip" className="hint">
        {text}
      </span>
    ),
  }
}

const GAP = 6

function showBeneath(bubble: HTMLElement, anchor: HTMLElement): void {
  bubble.showPopover()
  const place = anchor.getBoundingClientRect()
  const { width, height } = bubble.getBoundingClientRect()
  const hasRoom = place.bottom + GAP + height <= innerHeight
  bubble.style.top = `${hasRoom ? place.bottom + GAP : Math.max(GAP, place.top - GAP - height)}px`
  bubble.style.left = `${Math.max(GAP, Math.min(place.left, innerWidth - width - GAP))}px`
}

/** What cannot be used here, greyed; says why to whoever asks. */
export function Hinted({ text, children }: { text: string; children: ReactNode }) {
  const { anchor, hint } = useHint(text)
  return (
    <>
      <button type="button" className="off" aria-disabled="true" {...anchor}>
        {children}
      </button>
      {hint}
    </>
  )
}
