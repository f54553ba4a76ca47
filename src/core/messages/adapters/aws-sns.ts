import { z } from 'zod'
import { signAws } from '../../../crypto/aws-signature.ts'
import { adapter, type Rendered } from '../adapter.ts'
import { failedWith, isSuccess, post, refusedNumber } from './http.ts'

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

export const awsSns = adapter({
  kind: 'aws-sns',
  channels: ['sms'],
  options: z.object({
    region: z.string().max(32).regex(REGION, 'is no AWS region'),
    access_key_id: z.string().regex(/^[A-Z0-9]{16,128}$/, 'is no access key ID'),
    sender_id: z
      .string()
      .regex(/^(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}$/, 'is no sender ID')
      .optional(),
  }),
  secrets: z.object({ secret_access_key: z.string().min(1).max(256) }),

  async send(deps, _app, { options, secrets }, message) {
    const { region, access_key_id: accessKeyId } = options
    const host = `sns.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
    const body = publish(message, options.sender_id)
    const request = { host, body, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } }
    const credentials = { accessKeyId, secretAccessKey: secrets.secret_access_key }
    const headers = signAws(request, { region, service: 'sns' }, credentials, deps.now())
    return await post(deps, { url: `https://${host}/`, headers, body }, (answer) => {
      if (isSuccess(answer)) return { kind: 'sent' }
      const code = /<Code>(\w{1,64})<\/Code>/.exec(answer.text)?.[1]
      const isNumber = code === 'InvalidParameter' && /<Message>Invalid parameter: PhoneNumber\b/.test(answer.text)
      return isNumber || code === 'OptedOut' ? refusedNumber(code) : failedWith(answer, code)
    })
  },
})

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function publish({ recipient, text, sender }: Rendered, senderId: string | undefined): string {
  const attributes = [['AWS.SNS.SMS.SMSType', 'Transactional']]
  const from = sender || senderId
  if (from) attributes.push([from.startsWith('+') ? 'AWS.MM.SMS.OriginationNumber' : 'AWS.SNS.SMS.SenderID', from])
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', PhoneNumber: recipient, Message: text })
  for (const [index, [name = '', value = '']] of attributes.entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`
    form.set(`${entry}.Name`, name)
    form.set(`${entry}.Value.DataType`, 'String')
    form.set(`${entry}.Value.StringValue`, value)
  }
  return form.toString()
}
