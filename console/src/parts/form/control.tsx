import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { ChoicesControl } from './choices-control.tsx'
import { type ControlProps, shared } from './control-props.ts'
import { DurationControl } from './duration-control.tsx'
import { JsonControl } from './json-control.tsx'
import { MapControl } from './map-control.tsx'
import { type Kind, kindOf, unitOf } from './schema.ts'

/** What a value is entered with, by its kind. */
export function Control(props: ControlProps): ReactNode {
  const kind: Kind = kindOf(props.schema, props.path)
  if (kind === 'boolean') return <SwitchControl {...props} />
  if (kind === 'enum') return <EnumControl {...props} />
  if (kind === 'choices') return <ChoicesControl {...props} />
  if (kind === 'list') return <ListControl {...props} />
  if (kind === 'map') return <MapControl {...props} />
  if (kind === 'duration') return <DurationControl {...props} />
  if (kind === 'number') return <NumberControl {...props} />
  if (kind === 'json') return <JsonControl {...props} />
  return <TextControl {...props} type={kind === 'secret' ? 'password' : kind === 'url' ? 'url' : 'text'} />
}

const placeholderOf = ({ schema }: ControlProps): string => (schema.default === undefined ? '' : String(schema.default))

function TextControl({ type, ...props }: ControlProps & { type: 'text' | 'url' | 'password' }) {
  const { t } = useLingui()
  const isSecret = type === 'password'
  return (
    <input
      {...shared(props)}
      type={type}
      autoComplete={isSecret ? 'new-password' : 'off'}
      maxLength={props.schema.maxLength}
      placeholder={isSecret ? t`Never shown. Empty: it stays as it is.` : placeholderOf(props)}
      value={typeof props.value === 'string' ? props.value : ''}
      onChange={({ target }) => props.onChange(target.value || undefined)}
    />
  )
}

function NumberControl(props: ControlProps) {
  const { minimum, maximum } = props.schema
  const change = (text: string) => props.onChange(text === '' ? undefined : Number(text))
  return (
    <div className="field-switch">
      <input
        {...shared(props)}
        type="number"
        min={minimum}
        max={maximum}
        placeholder={placeholderOf(props)}
        value={typeof props.value === 'number' ? props.value : ''}
        onChange={({ target }) => change(target.value)}
      />
      <span className="quiet">{unitOf(props.path)}</span>
    </div>
  )
}

function SwitchControl(props: ControlProps) {
  const isOn = (props.value ?? props.schema.default) === true
  return (
    <div className="field-switch">
      <input
        {...shared(props)}
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => props.onChange(target.checked)}
      />
      <span className="quiet">{isOn ? <Trans>on</Trans> : <Trans>off</Trans>}</span>
    </div>
  )
}

function EnumControl(props: ControlProps) {
  const { t } = useLingui()
  const { schema, value, onChange } = props
  const chosen = schema.enum?.find((one) => String(one) === String(value))
  const fallback = placeholderOf(props)
  return (
    <select
      {...shared(props)}
      value={chosen === undefined ? '' : String(chosen)}
      onChange={({ target }) => onChange(schema.enum?.find((one) => String(one) === target.value))}
    >
      <option value="">{fallback ? t`Default: ${fallback}` : ''}</option>
      {schema.enum?.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  )
}

/** One text a line. */
function ListControl(props: ControlProps) {
  const { value, onChange } = props
  const lines = Array.isArray(value) ? value.join('\n') : String(value ?? '')
  const change = (text: string) => onChange(text === '' ? undefined : text.split('\n'))
  return <textarea {...shared(props)} rows={3} value={lines} onChange={({ target }) => change(target.value)} />
}
