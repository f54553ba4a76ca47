import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import type { ChartPlan } from './charts.ts'
import { draw, type Picture } from './draw.ts'
import type { Drawn } from './lines.ts'
import { useNameOf, useStartText } from './names.ts'

interface Props extends Pick<ChartPlan, 'kind'> {
  readonly by: 'hour' | 'day'
  readonly drawn: Drawn
  /** Is told on which span the pointer is; the same function always. */
  readonly onPoint: (place: number | undefined) => void
}

/** Draws. Whoever does not see it is told the sums; the numbers stand below. */
export function Plot({ kind, by, drawn: { starts, lines }, onPoint }: Props) {
  const { t, i18n } = useLingui()
  const host = useRef<HTMLDivElement>(null)
  const nameOf = useNameOf()
  const startText = useStartText(by)
  const sums = lines.map(({ name, total }) => `${nameOf(name)} ${i18n.number(total)}`).join(', ')
  const shown: Picture = {
    kind,
    locale: i18n.locale,
    texts: starts.map(startText),
    counts: lines.map((one) => one.counts),
  }
  // As a text, so that the same is not drawn anew.
  const picture = JSON.stringify(shown)
  useEffect(
    () => (host.current ? draw(host.current, JSON.parse(picture) as Picture, onPoint) : undefined),
    [picture, onPoint],
  )
  return <div ref={host} className="plot" role="img" aria-label={sums || t`Nothing`} />
}
