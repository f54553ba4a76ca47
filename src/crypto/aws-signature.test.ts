import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signAws } from './aws-signature.ts'

/** From the published Signature Version 4 test suite: those of its cases that are a POST to `/`. */
const VECTORS = [
  ['post-vanilla', {}, '', 'host;x-amz-date', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'post-header-key-sort',
    { 'my-header1': 'value1' },
    '',
    'host;my-header1;x-amz-date',
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  [
    'post-x-www-form-urlencoded',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
] as const

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { region: 'us-east-1', service: 'service' }
const TIME = Date.UTC(2015, 7, 30, 12, 36, 0)

for (const [name, headers, body, signedHeaders, signature] of VECTORS) {
  test(`the published vector ${name} comes out`, () => {
    const signed = signAws({ host: 'example.amazonaws.com', headers, body }, scope, credentials, TIME)
    assert.deepEqual(signed, {
      ...headers,
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    })
  })
}
