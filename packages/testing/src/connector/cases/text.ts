import assert from 'node:assert/strict'
import { checkedInput, freeze, readAll, send, valueOf, type World } from '../world.ts'
import { texts } from './samples.ts'

/** Every character arrives as it was, in both directions, and so does the end of a long text. */
export async function unicodeAndLongText(world: World): Promise<void> {
  if (world.harness.read !== undefined) {
    const { stream, read } = world.readable()
    const wanted = texts(read.values)
    const keys = await read.create(wanted.map((text, index) => ({ label: `text-${index}`, text })))
    const { records } = await readAll(world)
    const settings = await world.settings()
    for (const [index, key] of keys.entries()) {
      const record = records.find((candidate) => stream.key(candidate) === key)
      assert.ok(record, `record ${key} was not read`)
      assert.equal(read.text(await valueOf(stream, record, settings)), wanted[index])
    }
  }
  if (world.harness.write !== undefined) {
    const { stream, write } = world.writable()
    const config = world.connector.config.parse(world.harness.config)
    for (const [index, text] of texts(write.values).entries()) {
      const label = `text-out-${index}`
      const { verdict } = await send(world, freeze(stream, await checkedInput(stream, write.input({ label, text })), label, config))
      assert.equal(verdict.outcome, 'ok', `a text was refused: ${verdict.outcome === 'ok' ? '' : verdict.error.message}`)
      assert.deepEqual(
        (await write.stored(label)).map((stored) => stored.text),
        [text],
      )
    }
  }
}
