import type { Company } from '../company.ts'
import { importObject } from '../import-object.ts'
import type { Stored } from '../stored.ts'
import type { Fields } from '../values.ts'
import type { Random } from '../../shared/random.ts'

const goods: [name: string, price: number, description: string][] = [
  ['Mug', 12.5, 'Stoneware mug, 300 ml'],
  ['Tea towel', 9.99, 'Linen tea towel'],
  ['Notebook', 6.75, 'Notebook, dotted, A5'],
  ['Café tray ☕', 34, 'Serving tray'],
  ['Poster “Pine”', 24.95, 'Poster, 50 × 70 cm'],
  ['Candle', 18.4, 'Beeswax candle'],
  ['Gift wrap', 3.33, 'Gift wrap, per piece'],
]

/** Goods of a small shop below a category; prices that do not divide well are among them. */
export function seedStock(company: Company, random: Random, MetaData: Fields): Stored[] {
  const byName = new Map([...company.all('Account')].map((account) => [String(account.fields.Name), account.id]))
  const category = importObject(company, 'Item', { Name: 'Shop goods', Type: 'Category', MetaData })
  return goods.map(([Name, UnitPrice, Description]) =>
    importObject(company, 'Item', {
      Name,
      Description,
      UnitPrice,
      Sku: `SKU-${random.int(1000, 9999)}`,
      Type: 'NonInventory',
      SubItem: true,
      ParentRef: { value: category.id },
      IncomeAccountRef: { value: byName.get('Sales')! },
      ExpenseAccountRef: { value: byName.get('Cost of Goods Sold')! },
      ...(company.settings.country === 'US' ? { Taxable: true } : {}),
      MetaData,
    }),
  )
}
