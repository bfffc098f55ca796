import { describe, it } from 'vitest'
import { connectorConformance } from '../conformance.ts'
import { example } from './connector.ts'
import { openExample } from './harness.ts'

connectorConformance({ describe, it }, { name: 'example', connector: example, open: openExample })
