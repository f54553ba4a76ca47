import { hmacSha256, sha256 } from './hash.ts'

export interface AwsRequest {
  readonly host: string
  /** Names in lower case, values trimmed. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The headers of a POST to `/` at an AWS service, signed by Signature Version 4; `now` in Unix ms.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signAws(
  { host, headers, body }: AwsRequest,
  { region, service }: { region: string; service: string },
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
  now: number,
): Record<string, string> {
  const time = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const day = time.slice(0, 8)
  const signed: Record<string, string> = { ...headers, host, 'x-amz-date': time }
  const names = Object.keys(signed).sort()
  const canonical = ['POST', '/', '', ...names.map((name) => `${name}:${signed[name]}`), '', names.join(';'), hex(body)]
  const scope = [day, region, service, 'aws4_request']
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), hex(canonical.join('\n'))].join('\n')
  const key = scope.reduce<Buffer>((parent, part) => hmacSha256(parent, part), Buffer.from(`AWS4${secretAccessKey}`))
  const signature = hmacSha256(key, text).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...signed, authorization }
}

const hex = (text: string): string => sha256(text).toString('hex')
