import { defineConfig } from 'tsup'

/** One build for every package: ESM with types, dependencies left outside. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  dts: true,
  clean: true,
  sourcemap: true,
  target: 'node22',
})
