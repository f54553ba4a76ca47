import type { Schema } from './schema.ts'

export interface ControlProps {
  readonly id: string
  readonly schema: Schema
  readonly path: string
  readonly value: unknown
  /** undefined: back to the default. */
  readonly onChange: (value: unknown) => void
  readonly isInvalid: boolean
  readonly describedBy: string
}

/** Attributes that all have. */
export const shared = ({ id, isInvalid, describedBy }: ControlProps) => ({
  id,
  'aria-invalid': isInvalid,
  'aria-describedby': describedBy,
})
