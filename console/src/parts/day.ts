/** The beginning of a day as a date field says it, where the reader is; undefined where the address says none. */
export function startOfDay(text: string | undefined): string | undefined {
  const day = text ? new Date(`${text}T00:00`) : undefined
  return day && !Number.isNaN(day.getTime()) ? day.toISOString() : undefined
}
