import type { ReactNode } from 'react'
import type { Request } from '../api/call.ts'
import { CurlButton } from './curl-button.tsx'
import { useTitle } from './use-title.ts'

interface Props {
  readonly title: string
  /** What the screen asks the server for. */
  readonly requests: readonly Request[]
  readonly children?: ReactNode
}

/** The head of a screen: what it is, and what can be done with all of it. */
export function ScreenHead({ title, requests, children }: Props) {
  useTitle(title)
  return (
    <div className="screen-head">
      <h1>{title}</h1>
      <div className="buttons">
        {children}
        <CurlButton requests={requests} />
      </div>
    </div>
  )
}
