import { Trans } from '@lingui/react/macro'
import { type ReactNode, useId } from 'react'
import { Badge } from '../badge.tsx'
import { Control } from './control.tsx'
import { errorOf, type FieldErrors } from './errors.ts'
import { Prose } from './prose.tsx'
import { kindOf, plainly, type Schema, tagOf, variantsOf, wordsOf } from './schema.ts'

export interface FieldProps {
  readonly schema: Schema
  readonly value: unknown
  /** Where it stands; empty at the top. */
  readonly path: string
  readonly onChange: (value: unknown) => void
  readonly errors: FieldErrors
  readonly labels: Readonly<Record<string, string>>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of an object, or of the form of a union that is chosen. */
export function Members(props: FieldProps): ReactNode {
  const { schema, value, path, onChange, ...rest } = props
  if (variantsOf(schema).length > 0) return <Variants {...props} />
  const record = isRecord(value) ? value : {}
  const change = (name: string) => (member: unknown) => {
    const { [name]: _, ...others } = record
    const changed = member === undefined ? others : { ...others, [name]: member }
    // What has nothing in it is not sent, but for the whole.
    onChange(path && Object.keys(changed).length === 0 ? undefined : changed)
  }
  return Object.entries(schema.properties ?? {})
    .filter(([, { const: only, deprecated }]) => only === undefined && !deprecated)
    .map(([name, member]) => (
      <Field
        key={name}
        {...rest}
        schema={plainly(member)}
        isRequired={schema.required?.includes(name) ?? false}
        value={record[name]}
        path={path ? `${path}.${name}` : name}
        onChange={change(name)}
      />
    ))
}

/** A choice between forms, then the members of the one that is chosen. */
function Variants({ schema, value, path, onChange, ...rest }: FieldProps) {
  const id = useId()
  const variants = variantsOf(schema)
  const [tag = 'kind'] = tagOf(variants[0] ?? {}) ?? []
  const chosen = isRecord(value) ? value[tag] : undefined
  const variant = variants.find((one) => tagOf(one)?.[1] === chosen)
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{rest.labels[tag] ?? wordsOf(tag)}</label>
        <select id={id} value={String(chosen ?? '')} onChange={({ target }) => onChange({ [tag]: target.value })}>
          {!variant && <option value="" />}
          {variants.map((one) => (
            <option key={tagOf(one)?.[1]}>{tagOf(one)?.[1]}</option>
          ))}
        </select>
      </div>
      {variant && <Members schema={variant} value={value} path={path} onChange={onChange} {...rest} />}
    </>
  )
}

interface MemberProps extends FieldProps {
  readonly isRequired: boolean
}

function Field(props: MemberProps) {
  const { schema, path, labels } = props
  const kind = kindOf(schema, path)
  const label = labels[path] ?? wordsOf(path.split('.').at(-1) ?? '')
  if (kind !== 'group' && kind !== 'union') return <LabelledControl {...props} label={label} />
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      <p className="help">
        <Prose text={schema.description} />
      </p>
      <div className="group">
        <Members {...props} />
      </div>
    </fieldset>
  )
}

function LabelledControl(props: MemberProps & { label: string }) {
  const { schema, value, path, onChange, errors, label, isRequired } = props
  const id = useId()
  const error = errorOf(errors, path)
  const isChanged =
    schema.default !== undefined && value !== undefined && JSON.stringify(value) !== JSON.stringify(schema.default)
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {isRequired && (
          <span className="quiet">
            <Trans>required</Trans>
          </span>
        )}
        {isChanged && (
          <>
            <Badge tone="warn">
              <Trans>changed from default</Trans>
            </Badge>
            <button type="button" className="button button-quiet" onClick={() => onChange(undefined)}>
              <Trans>Reset</Trans>
            </button>
          </>
        )}
      </div>
      <Control
        id={id}
        schema={schema}
        path={path}
        value={value}
        onChange={onChange}
        isInvalid={error !== undefined}
        describedBy={`${id}-help ${id}-error`}
      />
      <p className="help" id={`${id}-help`}>
        <Prose text={schema.description} />
      </p>
      <p className="field-error" id={`${id}-error`}>
        {error}
      </p>
    </div>
  )
}
