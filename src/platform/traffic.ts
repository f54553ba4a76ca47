import { resident } from './deps.ts'

/** When this process last answered somebody's request, those of backends not counted, by `monotonic`: what can wait makes room for them. */
export const lastAnswer = resident(() => ({ at: Number.NEGATIVE_INFINITY }))
