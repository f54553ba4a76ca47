import { z } from 'zod'
import { EARLIEST, LATEST } from './clock.ts'

const isTellable = (text: string) => Date.parse(text) >= EARLIEST && Date.parse(text) <= LATEST

/** A time as clients send it, with any offset: RFC 3339. An offset leads out of the years that can be told again: what was kept of that, no answer could hold. */
export const timeText = z.iso.datetime({ offset: true }).refine(isTellable, 'lies before the year 0 or after 9999')

/** The same, as Unix ms. */
export const timeInput = timeText.transform((text) => Date.parse(text))
