import { setTimeout } from 'node:timers/promises'
import type { Compared } from '../report/timing.ts'

/** Requests of one kind; an answer that is not the expected one throws. */
export type Kind = {
  readonly name: string
  /** Sends the next one and answers how long it took, in milliseconds: one time for each of its comparison's figures. */
  send(): Promise<readonly number[]>
  /** Does what the next one needs before the clock runs; false when there was nothing to do. */
  ready?(): Promise<boolean>
}

export type Comparison = {
  /** What is timed, and whether it is held to the bound. */
  readonly figures: readonly { readonly title: string; readonly held: boolean }[]
  /** Nobody may tell the others from the first. */
  readonly kinds: readonly [Kind, ...Kind[]]
  /** Milliseconds of rest before each request, for work that goes on behind an answer. */
  readonly restMs: number
  /** How much slower the control is made. */
  readonly controlMs: number
  /** Which share of the samples it takes, where one of them takes long; all of them otherwise. */
  readonly share?: number
}

const WARM_UP = 50
const REST_AFTER_READY_MS = 30

/** Takes samples, `most` or its share of them, of each kind and of the control, one after the other, in a new random order every round. */
export async function interleave(
  { figures, kinds, restMs, controlMs, share = 1 }: Comparison,
  most: number,
): Promise<Compared[]> {
  const samples = Math.ceil(share * most)
  const control = slowed(kinds[0], controlMs)
  const all = [...kinds, control]
  const taken = new Map(all.map((kind) => [kind.name, [] as (readonly number[])[]]))
  for (let round = -Math.min(WARM_UP, samples); round < samples; round += 1) {
    let busy = false
    for (const kind of all) busy = (await kind.ready?.()) || busy
    if (busy) await setTimeout(REST_AFTER_READY_MS)
    for (const kind of shuffled(all)) {
      await setTimeout(restMs)
      const times = await kind.send()
      if (round >= 0) taken.get(kind.name)?.push(times)
    }
  }
  const timesOf = ({ name }: Kind, index: number) => ({
    kind: name,
    ms: (taken.get(name) ?? []).map((times) => times[index] ?? Number.NaN),
  })
  const [first, ...others] = kinds
  return figures.map(({ title, held }, index) => ({
    what: title,
    held,
    times: [timesOf(first, index), ...others.map((kind) => timesOf(kind, index))],
    control: timesOf(control, index),
  }))
}

/** The same requests, each timed a little longer than it took. */
function slowed(kind: Kind, byMs: number): Kind {
  return {
    ...kind,
    name: `${kind.name} + ${byMs * 1000} µs`,
    async send() {
      return (await kind.send()).map((ms) => ms + byMs)
    },
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
