import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseQuery, type Query } from '../../src/quickbooks/query/parse.ts'
import { QboFault } from '../../src/quickbooks/fault.ts'
import { code, line, openCompany, type Client } from './client.ts'

const word = fc
  .stringMatching(/^[A-Za-z]{1,8}$/)
  .filter((text) => !/^(AND|IN|LIKE|WHERE|FROM|SELECT|ORDER|ORDERBY|BY|ASC|DESC|COUNT|TRUE|FALSE|STARTPOSITION|MAXRESULTS)$/i.test(text))
const value = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text !== ' ')
const condition = fc.oneof(
  fc.record({
    property: word,
    operator: fc.constantFrom('=' as const, '<' as const, '>' as const, '<=' as const, '>=' as const, 'LIKE' as const),
    values: fc.tuple(value),
  }),
  fc.record({ property: word, operator: fc.constant('IN' as const), values: fc.array(value, { minLength: 1, maxLength: 4 }) }),
)
const selection = fc.oneof(
  fc.constant({ count: false, projection: undefined }),
  fc.constant({ count: true, projection: undefined }),
  fc.record({ count: fc.constant(false), projection: fc.array(word, { minLength: 1, maxLength: 3 }) }),
)
const clauses = fc.record({
  entity: word,
  where: fc.array(condition, { maxLength: 3 }),
  order: fc.array(fc.record({ property: word, descending: fc.boolean() }), { maxLength: 2 }),
  startPosition: fc.integer({ min: 1, max: 5000 }),
  maxResults: fc.integer({ min: 1, max: 1000 }),
})
const query: fc.Arbitrary<Query> = fc.tuple(selection, clauses).map(([selected, rest]) => ({ ...selected, ...rest }))

/** Writes a statement in one of the ways that mean the same. */
function statement(
  { count, projection, entity, where, order, startPosition, maxResults }: Query,
  style: { lower: boolean; maxFirst: boolean; blank: string },
): string {
  const key = (text: string) => (style.lower ? text.toLowerCase() : text)
  const quote = (text: string | null) => `'${(text ?? ' ').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const pages = [`${key('STARTPOSITION')} ${startPosition}`, `${key('MAXRESULTS')} ${maxResults}`]
  return [
    `${key('SELECT')} ${count ? key('COUNT(*)') : (projection?.join(', ') ?? '*')} ${key('FROM')} ${entity}`,
    ...(where.length === 0
      ? []
      : [
          `${key('WHERE')} ${where.map(({ property, operator, values }) => (operator === 'IN' ? `${property} ${key('IN')} (${values.map(quote).join(', ')})` : `${property} ${key(operator)} ${quote(values[0]!)}`)).join(` ${key('AND')} `)}`,
        ]),
    ...(order.length === 0
      ? []
      : [`${key('ORDERBY')} ${order.map(({ property, descending }) => `${property}${descending ? ` ${key('DESC')}` : ''}`).join(', ')}`]),
    ...(style.maxFirst ? pages.reverse() : pages),
  ].join(style.blank)
}

describe('query language', () => {
  it('reads back every statement that the grammar makes', () => {
    fc.assert(
      fc.property(
        query,
        fc.record({ lower: fc.boolean(), maxFirst: fc.boolean(), blank: fc.constantFrom(' ', '  ', '\n', '\t ') }),
        (meant, style) => {
          expect(parseQuery(statement(meant, style))).toEqual(meant)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('refuses what is not in it', () => {
    const refused = (text: string) => {
      try {
        parseQuery(text)
      } catch (error) {
        return error instanceof QboFault ? error.errors[0]!.code : error
      }
      return 'accepted'
    }
    for (const text of [
      '',
      'select',
      'select * Customer',
      'select * from',
      "select * from A where b != 'c'",
      "select * from A where b = 'c' or d = 'e'",
      'select * from A where b = c',
      "select * from A where b = 'c",
      'select * from A limit 5',
      'select * from A maxresults 5 maxresults 6',
      "select * from A where not b = 'c'",
      "select * from A where b in ('c'",
    ])
      expect([text, refused(text)]).toEqual([text, '4000'])
    for (const text of ['select * from A startposition 0', 'select * from A maxresults 1001'])
      expect([text, refused(text)]).toEqual([text, '4001'])
  })

  describe('over HTTP', () => {
    let company: Client
    beforeAll(async () => {
      company = await openCompany()
      const sales = await company.id('Item', 'Sales')
      for (const name of ['zoe', "Amy's Bird Sanctuary", 'Robertson & Associates', 'Bill 100%'])
        await company.create('Customer', { DisplayName: name })
      const [amy] = await company.query("select * from Customer where DisplayName = 'Amy\\'s Bird Sanctuary'")
      for (let index = 1; index <= 12; index++) {
        company.sim.clock.advance(1000)
        await company.create('Invoice', {
          DocNumber: `N-${index}`,
          TxnDate: `2026-01-${String(index).padStart(2, '0')}`,
          CustomerRef: { value: amy.Id },
          Line: [line(sales, index * 10, { TaxCodeRef: { value: 'NON' } })],
        })
      }
    })
    afterAll(() => company.sim.close())

    const names = async (statement: string) => (await company.query(statement)).map((row) => row.DisplayName ?? row.DocNumber)

    it('compares names without case, with LIKE, IN, apostrophes and ampersands', async () => {
      expect(await names("SELECT * FROM customer WHERE displayname = 'ZOE'")).toEqual(['zoe'])
      expect(await names("select * from Customer where DisplayName like '%ass%'")).toEqual(['Robertson & Associates'])
      expect(
        await names("select * from Customer where DisplayName in ('Amy\\'s Bird Sanctuary', 'Robertson & Associates', 'nobody')"),
      ).toEqual(["Amy's Bird Sanctuary", 'Robertson & Associates'])
      expect(await names('select * from Customer')).toEqual(["Amy's Bird Sanctuary", 'Bill 100%', 'Robertson & Associates', 'zoe'])
    })

    it('compares amounts as numbers, dates as days, times with their offset', async () => {
      expect(await names("select * from Invoice where TotalAmt > '90.00' and TotalAmt <= '110' orderby TotalAmt")).toEqual(['N-10', 'N-11'])
      expect(await names("select * from Invoice where TxnDate >= '2026-01-11' orderby TxnDate desc")).toEqual(['N-12', 'N-11'])
      expect(
        await names("select * from Invoice where MetaData.LastUpdatedTime >= '2026-11-22T17:00:11Z' orderby MetaData.LastUpdatedTime"),
      ).toEqual(['N-11', 'N-12'])
      expect(await names("select * from Invoice where Metadata.CreateTime > '2026-11-22T09:00:11-08:00'")).toEqual(['N-12'])
    })

    it('pages from 1, newest change first, with totalCount only where QuickBooks has it', async () => {
      const { body } = await company.call('GET', `query?query=${encodeURIComponent('select * from Invoice startposition 11 maxresults 5')}`)
      expect(body.QueryResponse).toMatchObject({ startPosition: 11, maxResults: 2, totalCount: 12 })
      expect(body.QueryResponse.Invoice.map((row: { DocNumber: string }) => row.DocNumber)).toEqual(['N-2', 'N-1'])
      const customers = await company.call('POST', `query?query=${encodeURIComponent('select * from Customer')}`)
      expect(customers.body.QueryResponse).toMatchObject({ startPosition: 1, maxResults: 4 })
      expect(customers.body.QueryResponse.totalCount).toBeUndefined()
      expect(
        (await company.call('POST', 'query', 'select * from Invoice startposition 13', { 'content-type': 'application/text' })).body
          .QueryResponse,
      ).toEqual({})
      expect((await company.call('POST', 'query', "select count(*) from Invoice where TxnDate < '2026-01-03'")).body.QueryResponse).toEqual(
        { totalCount: 2 },
      )
    })

    it('names what cannot be asked', async () => {
      const detail = async (statement: string) => {
        const answer = await company.call('GET', `query?query=${encodeURIComponent(statement)}`)
        return `${code(answer)} ${answer.body.Fault.Error[0].Detail}`
      }
      expect(await detail('select * from Custmoer')).toContain('4001 QueryValidationError: invalid context declaration: Custmoer')
      expect(await detail("select * from Invoice where PrivateNote = 'x'")).toContain(
        "4001 QueryValidationError: property 'PrivateNote' is not queryable",
      )
      expect(await detail("select * from Invoice where Nonsense = 'x'")).toContain('Property Nonsense not found for Entity Invoice')
      expect(await detail("select * from Invoice where Id > '3'")).toContain('4001')
      expect(await detail('select * from Invoice orderby Id')).toContain('4001')
      expect(await detail('select * from Invoice orderby CustomerRef')).toContain('4001')
    })
  })
})
