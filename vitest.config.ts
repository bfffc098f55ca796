import { defineConfig } from 'vitest/config'

// Packages resolve to their sources, so that no test depends on a build (docs/decisions/0001-source-condition.md).
const conditions = ['@syncline/source', 'module', 'node', 'import', 'default']
const tests = '**/*.{test,test-d}.ts'

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@syncline/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/{src,test}/**/*.test.ts', 'benchmarks/**/*.test.ts', '{scripts,test}/**/*.test.ts'],
    execArgv: ['--conditions=@syncline/source'],
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
