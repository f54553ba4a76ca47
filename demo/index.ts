export { connectDemo } from './server/connect.ts'
export { demoPages } from './server/pages.ts'
