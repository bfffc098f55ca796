import { SyncError } from '@syncline/core'
import type { Command, Side, What } from './commands.ts'
import { pipelines, type Fields, type World } from './world.ts'

interface Known {
  what: What
  /** E-mail or SKU: what it is on both sides. */
  name: string
}

/** People and programs that change both sides; remembers only what they made and what they ended. */
export class People {
  readonly made: Known[] = []
  /** What somebody removed, merged or made inactive: whether it is still there is a matter of policy. */
  readonly ended = new Set<string>()
  readonly counts = new Map<string, number>()
  readonly #world: World
  #serial = 0

  constructor(world: World) {
    this.#world = world
  }

  async do(command: Command): Promise<void> {
    this.count(command.do)
    const { shop, books } = this.#world
    const platform = (side: Side) => (side === 'shop' ? shop : books)
    switch (command.do) {
      case 'create':
        return this.#create(command.what, [command.side], ++this.#serial)
      case 'same on both':
        return this.#create(command.what, ['shop', 'books'], ++this.#serial)
      case 'edit': {
        const { webhook } = command
        if (webhook !== undefined) {
          this.count(webhook)
          platform(command.side).faults.script([{ kind: webhook }])
        }
        return this.#edit(command.side, command, `${command.value}`)
      }
      case 'edit both': {
        const second = command.first === 'shop' ? 'books' : 'shop'
        await this.#edit(command.first, command, `${command.value}`)
        await this.#world.pass(30_000)
        return this.#edit(second, command, `${command.value + 1}`)
      }
      case 'remove':
        return this.#remove(command.side, command.what, command.pick)
      case 'remove many':
        for (let pick = 0; pick < 4; pick++) await this.#remove('shop', command.what, pick)
        return
      case 'merge':
        return this.#merge(command.pick, command.other)
      case 'toggle':
        for (let turn = 0; turn < command.times; turn++) {
          await this.#edit('shop', { what: 'customer', pick: command.pick, field: 0 }, turn % 2 === 0 ? '7' : '8')
          await this.#world.pass(60_000)
          await this.sync(true)
        }
        return
      case 'faults':
        platform(command.side).faults.seed({ seed: command.seed, rate: command.rate, times: 12 })
        return
      case 'stale':
        platform(command.side).faults.script([{ kind: 'stale', method: 'GET', times: 3 }])
        return
      case 'skew':
        platform(command.side).clock.skew(command.minutes * 60_000)
        return
      case 'rules':
        return this.#world.setRules(command.rules)
      case 'during read':
        this.#world.changeDuringRead(() => this.#edit(command.side, { ...command, field: 0 }, `${command.value}`))
        return this.sync(false)
      case 'deliver':
        return this.#world.deliver()
      case 'run':
        await this.#world.deliver()
        await this.#world.pass(5 * 60_000)
        await this.#world.engine.runDue()
        return
      case 'sync':
        return this.sync(command.full)
      case 'pass':
        return this.#world.pass(command.minutes * 60_000)
    }
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  /** Both pipelines once. What goes wrong with a run is in that run, and the next one goes on. */
  async sync(full: boolean): Promise<void> {
    for (const id of pipelines) {
      try {
        await this.#world.acme.sync(id, { mode: full ? 'full' : 'incremental' })
      } catch (error) {
        if (!SyncError.is(error) || error.class === 'bug') throw error
        this.count(`run ended: ${error.code}`)
      }
    }
  }

  async #create(what: What, sides: readonly Side[], serial: number): Promise<void> {
    const name = what === 'customer' ? `buyer${serial}@example.com` : `SKU-${serial}`
    this.made.push({ what, name })
    for (const side of sides) {
      const done = side === 'shop' ? this.#createInShop(what, name, serial) : this.#createInBooks(what, name, serial)
      await done
    }
  }

  async #createInShop(what: What, name: string, serial: number): Promise<void> {
    if (what === 'customer')
      await this.#world.inShop('POST', 'customers', {
        email: name,
        first_name: `First${serial}`,
        last_name: `Last${serial}`,
        billing: { phone: `${serial}` },
      })
    else await this.#world.inShop('POST', 'products', { name: `Thing ${serial}`, sku: name, regular_price: `${serial}.50` })
  }

  async #createInBooks(what: What, name: string, serial: number): Promise<void> {
    const fields =
      what === 'customer'
        ? {
            DisplayName: `First${serial} Last${serial}`,
            GivenName: `First${serial}`,
            FamilyName: `Last${serial}`,
            PrimaryEmailAddr: { Address: name },
          }
        : {
            Name: `Thing ${serial}`,
            Sku: name,
            Type: 'NonInventory',
            UnitPrice: serial,
            IncomeAccountRef: { value: incomeAccount(this.#world) },
          }
    await this.#world.inBooks({ action: 'create', entity: what === 'customer' ? 'Customer' : 'Item', fields })
  }

  async #edit(side: Side, { what, pick, field }: { what: What; pick: number; field: number }, text: string): Promise<void> {
    const found = await this.#pick(side, what, pick)
    if (found === undefined) return
    if (side === 'shop') {
      const changes =
        what === 'customer'
          ? [{ billing: { phone: text } }, { last_name: `L${text}` }, { billing: { company: `C${text}` } }]
          : [{ regular_price: `${text}.25` }, { name: `N${text} ${found.name}` }]
      await this.#world.inShop('PUT', `${what}s/${found.id}`, changes[field % changes.length])
      return
    }
    const changes =
      what === 'customer'
        ? [{ PrimaryPhone: { FreeFormNumber: text } }, { FamilyName: `L${text}` }, { CompanyName: `C${text}` }]
        : [{ UnitPrice: Number(text) + 0.25 }, { Name: `N${text} ${found.name}` }]
    await this.#world.inBooks({ action: 'edit', entity: entityOf(what), id: found.id, fields: changes[field % changes.length] })
  }

  async #remove(side: Side, what: What, pick: number): Promise<void> {
    const found = await this.#pick(side, what, pick)
    if (found === undefined) return
    this.ended.add(found.name)
    if (side === 'shop') await this.#world.inShop('DELETE', `${what}s/${found.id}${what === 'customer' ? '?force=true' : ''}`)
    else await this.#world.inBooks({ action: 'edit', entity: entityOf(what), id: found.id, fields: { Active: false } })
  }

  async #merge(pick: number, other: number): Promise<void> {
    const [stays, goes] = [await this.#pick('books', 'customer', pick), await this.#pick('books', 'customer', other)]
    if (stays === undefined || goes === undefined || stays.id === goes.id) return
    this.ended.add(stays.name).add(goes.name)
    await this.#world.inBooks({ action: 'merge', entity: 'Customer', id: stays.id, loser: goes.id })
  }

  async #pick(side: Side, what: What, pick: number): Promise<{ id: string; name: string } | undefined> {
    const all = side === 'shop' ? await shopRecords(this.#world, what) : bookRecords(this.#world, what)
    return all.length === 0 ? undefined : all[pick % all.length]
  }
}

export interface Seen {
  id: string
  /** E-mail or SKU. */
  name: string
  /** The fields that both sides share, in one form. */
  fields: { [field: string]: string }
}

/** What the shop itself shows, ours and strangers' alike. */
export async function shopRecords(world: World, what: What): Promise<Seen[]> {
  const query = what === 'customer' ? 'customers?role=all&per_page=100&orderby=id&order=asc' : 'products?per_page=100&orderby=id&order=asc'
  return (await world.inShop<Fields[]>('GET', query)).flatMap((row) => {
    const name = String(what === 'customer' ? row['email'] : row['sku'])
    if (!/^(buyer\d+@example\.com|SKU-\d+)$/.test(name)) return []
    const billing = (row['billing'] ?? {}) as Fields
    const fields: Seen['fields'] =
      what === 'customer'
        ? { first: text(row['first_name']), last: text(row['last_name']), phone: text(billing['phone']), company: text(billing['company']) }
        : { name: text(row['name']), price: String(Number(row['regular_price'])) }
    return [{ id: text(row['id']), name, fields }]
  })
}

/** What the books hold and nobody set aside. */
export function bookRecords(world: World, what: What): Seen[] {
  return [...world.books.company.all(entityOf(what))].flatMap((stored) => {
    const { id, fields: row } = stored as unknown as { id: string; fields: Fields }
    const name = what === 'customer' ? text((row['PrimaryEmailAddr'] as Fields | undefined)?.['Address']) : text(row['Sku'])
    if (row['Active'] === false || !/^(buyer\d+@example\.com|SKU-\d+)$/.test(name)) return []
    const fields: Seen['fields'] =
      what === 'customer'
        ? {
            first: text(row['GivenName']),
            last: text(row['FamilyName']),
            phone: text((row['PrimaryPhone'] as Fields | undefined)?.['FreeFormNumber']),
            company: text(row['CompanyName']),
          }
        : { name: text(row['Name']), price: String(Number(row['UnitPrice'])) }
    return [{ id, name, fields }]
  })
}

function entityOf(what: What): 'Customer' | 'Item' {
  return what === 'customer' ? 'Customer' : 'Item'
}

function incomeAccount(world: World): string {
  for (const stored of world.books.company.all('Account')) {
    const { id, fields } = stored as unknown as { id: string; fields: Fields }
    if (fields['AccountSubType'] === 'SalesOfProductIncome') return id
  }
  throw new Error('The books have no income account.')
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
