import type { Section } from './figure.ts'

const files = ['simulators-woocommerce', 'simulators-quickbooks']

/** Requests per second of the simulators, each measured by its own file: a function `bench` that returns a section or several. */
export async function simulators(): Promise<Section[]> {
  const sections: Section[] = []
  for (const file of files) sections.push(...(await ofFile(file)))
  return sections
}

async function ofFile(file: string): Promise<Section[]> {
  const address = new URL(`./${file}.ts`, import.meta.url).href
  try {
    const { bench } = (await import(address)) as { bench: () => Promise<Section | Section[]> }
    return [await bench()].flat()
  } catch (error) {
    if ((error as { code?: string; url?: string }).code !== 'ERR_MODULE_NOT_FOUND' || (error as { url?: string }).url !== address)
      throw error
    return [{ title: `simulators: ${file}`, figures: [], notes: [`Not measured: benchmarks/src/${file}.ts is not there.`] }]
  }
}
