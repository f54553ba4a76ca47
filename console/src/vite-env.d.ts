declare module 'virtual:schema/*' {
  const schema: import('./parts/form/schema.ts').Schema
  export default schema
}
