import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Packages resolve to their sources, so that no test depends on a build (docs/decisions/0001-source-condition.md).
const source = '@syncline/source'
// As Node does, which knows no `module`: some packages have a build behind it that only bundlers can read.
const conditions = [source, ...defaultServerConditions.filter((condition) => condition !== 'module')]
const tests = '**/*.{test,test-d}.ts'

export default defineConfig({
  resolve: { conditions },
  // No `import` here: it would also be used by require(), and give a CommonJS package the module of another.
  ssr: { resolve: { conditions, externalConditions: [source] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'examples/*/{src,test}/**/*.test.ts',
      'benchmarks/**/*.test.ts',
      '{scripts,test}/**/*.test.ts',
    ],
    execArgv: [`--conditions=${source}`],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: [tests, '**/__fixtures__/**', '**/dist/**'],
      reporter: ['json-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
})
