export { connectDemo } from './server/connect.ts'
export { connectGuide } from './server/connect-guide.ts'
export { demoPages } from './server/pages.ts'
