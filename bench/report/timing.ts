import { bound, medianDifference, probabilityGreater, resolution } from './ranks.ts'
import { median } from './statistics.ts'

/** The times of one kind of request, in milliseconds. */
export type Times = { readonly kind: string; readonly ms: readonly number[] }

/** Kinds that nobody may tell apart: each is compared with the first. */
export type Compared = {
  readonly what: string
  readonly times: readonly [Times, ...Times[]]
  /** The first kind again, made slower on purpose: the test must see it, or it sees nothing. */
  readonly control: Times
  /** Whether they are held to the bound; else they are shown only. */
  readonly held: boolean
}

/** `apart`: one can tell them apart. `blind`: this run could not have told, for it did not see the control either. */
export type Verdict = 'alike' | 'apart' | 'blind'

/** What the samples say of one kind beside the first. */
export function judge({ times: [first], control }: Compared, other: Times): Verdict {
  if (isApart(first, other)) return 'apart'
  return isApart(first, control) ? 'alike' : 'blind'
}

function isApart(first: Times, other: Times): boolean {
  return Math.abs(probabilityGreater(first.ms, other.ms) - 0.5) > bound(first.ms.length, other.ms.length)
}

const HEADER = [
  '| | compared | median ms | difference of medians, µs (95 %) | P(slower) | verdict |',
  '|---|---|---:|---:|---:|---|',
]

/** Every comparison as a row, its control below it, and what it could see. */
export function timingTable(comparisons: readonly Compared[], random: () => number): string {
  return [...HEADER, ...comparisons.flatMap((one) => rowsOf(one, random))].join('\n')
}

function rowsOf(compared: Compared, random: () => number): string[] {
  const [first, ...others] = compared.times
  const sees = `${micros(resolution(first.ms))} µs would be seen`
  const row = (what: string, other: Times, verdict: string) => {
    const { difference, low, high } = medianDifference(first.ms, other.ms, random)
    const greater = probabilityGreater(first.ms, other.ms).toFixed(3)
    const cells = [what, `${other.kind}, ${first.kind}`, (median(other.ms) ?? Number.NaN).toFixed(3)]
    return `| ${cells.join(' | ')} | ${micros(difference)} (${micros(low)} … ${micros(high)}) | ${greater} | ${verdict} |`
  }
  const remark = compared.held ? '' : ', shown only'
  const isSeen = isApart(first, compared.control)
  return [
    ...others.map((other) => row(compared.what, other, VERDICTS[judge(compared, other)] + remark)),
    row(`control (${sees})`, compared.control, isSeen ? 'seen' : '**not seen**'),
  ]
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  alike: 'alike',
  apart: '**apart**',
  blind: '**too noisy to say**',
}

function micros(ms: number): string {
  return (ms * 1000).toFixed(0)
}
