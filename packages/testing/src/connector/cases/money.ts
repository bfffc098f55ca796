import assert from 'node:assert/strict'
import { compareDecimals, parseDecimal } from '@syncline/core'
import { checkedInput, freeze, readAll, send, valueOf, type World } from '../world.ts'
import { amounts } from './samples.ts'

/** Amounts are decimal text from end to end, to the last digit. */
export async function exactMoney(world: World): Promise<void> {
  if (world.harness.read !== undefined && world.harness.read.values?.money !== false) {
    const { stream, read } = world.readable()
    const wanted = amounts(read.values)
    const keys = await read.create(wanted.map((amount, index) => ({ label: `money-${index}`, amount })))
    const { records } = await readAll(world)
    const settings = await world.settings()
    for (const [index, key] of keys.entries()) {
      const record = records.find((candidate) => stream.key(candidate) === key)
      assert.ok(record, `record ${key} was not read`)
      same(read.amount(await valueOf(stream, record, settings)), wanted[index]!)
    }
  }
  if (world.harness.write !== undefined && world.harness.write.values?.money !== false) {
    const { stream, write } = world.writable()
    const config = world.connector.config.parse(world.harness.config)
    for (const [index, amount] of amounts(write.values).entries()) {
      const label = `money-out-${index}`
      const { verdict } = await send(world, freeze(stream, await checkedInput(stream, write.input({ label, amount })), label, config))
      assert.equal(verdict.outcome, 'ok', `an amount was refused: ${verdict.outcome === 'ok' ? '' : verdict.error.message}`)
      const stored = await write.stored(label)
      assert.equal(stored.length, 1)
      same(stored[0]!.amount, amount)
    }
  }
}

function same(found: string, wanted: string): void {
  assert.equal(typeof found, 'string', 'an amount must be text')
  assert.equal(compareDecimals(parseDecimal(found), parseDecimal(wanted)), 0, `${wanted} became ${found}`)
}
