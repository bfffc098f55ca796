import type { ConnectorHarness } from '../harness.ts'
import { exampleKey, examplePlatform } from './platform.ts'
import type { Record } from './connector.ts'

/** A fresh example platform with everything that the suite wants to know about it. */
export async function openExample(): Promise<ConnectorHarness> {
  const platform = examplePlatform()
  const stored = async (label: string) => [...platform.records.values()].filter((record) => record.label === label)
  // More digits than a double has.
  const values = { amounts: ['0.10', '1.15', '33333333.33', '90071992547409.93'] }
  return {
    config: { url: 'https://example.test' },
    credentials: { key: exampleKey },
    badCredentials: { key: 'example-key-wrong-90ab' },
    fetch: platform.fetch,
    refusals: platform.refusals,
    read: {
      stream: 'things',
      many: 35,
      create: async (records) => records.map((record) => platform.create(record).id),
      change: async (key) => platform.change(key),
      remove: async (key) => void platform.records.delete(key),
      text: (value) => (value as Record).text,
      amount: (value) => (value as Record).amount,
      neededField: 'amount',
      values,
    },
    write: {
      stream: 'things',
      input: ({ label, text = 'a text', amount = '1.00' }) => ({ label, text, amount }),
      refused: (label) => ({ label, text: '', amount: '1.00' }),
      stored,
      values,
    },
    close: () => {},
  }
}
