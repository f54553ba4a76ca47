/** Kinds of lines that were not loaded, or not wholly. */
const OUTCOMES = ['refused', 'conflict', 'skipped', 'left_out', 'kept'] as const

export type LineOutcome = (typeof OUTCOMES)[number]

export const isOutcome = (text: string | undefined): text is LineOutcome => OUTCOMES.some((one) => one === text)
