import {
  formatDecimal,
  parseDecimal,
  roundDecimal,
  type DocumentWanted,
  type Product,
  type ProjectContext,
  type Projection,
} from '@syncline/core'
import { z } from 'zod'
import type { Company } from '../company/company.ts'
import { accountNamed, accountOfSubType } from '../company/lookup.ts'
import { manyLines, nameText, oneLine } from '../text.ts'
import { wireNumber } from '../wire.ts'
import { inactive } from './inactive.ts'
import type { ProductPolicy } from './policy.ts'

/** Fields of an item that a mapping may set. */
export const ItemChoice = z.object({
  /** Text on sales forms. Default: the product's name. */
  Description: z.string().nullish(),
  PurchaseDesc: z.string().nullish(),
})

type Sellable = Pick<Product['variants'][number], 'key' | 'name' | 'sku' | 'price' | 'taxable' | 'stock'>

/** One item per product that is sold by itself: a simple product, or each variation; the parent of variations is none (ACCOUNTING.md 7). */
export function productDocuments(product: Product, context: ProjectContext<ProductPolicy>): Projection {
  const wanted = itemsOf(product, context)
  return (product.status === 'trashed' ? inactive(wanted.documents, context) : undefined) ?? wanted
}

function itemsOf(product: Product, context: ProjectContext<ProductPolicy>): Projection {
  if (product.kind === 'grouped') return { documents: [], skipped: 'a group of other products, which are sold by themselves' }
  if (product.kind !== 'variable') return { documents: [itemDocument(product, product.name, 'product', product, context)] }
  if (product.variants.length === 0) return { documents: [], skipped: 'a product with choices that has none yet' }
  const used = new Map<string, number>()
  const names = product.variants.map((variant) => variantName(product, variant))
  for (const name of names) used.set(name.toLowerCase(), (used.get(name.toLowerCase()) ?? 0) + 1)
  return {
    documents: product.variants.map((variant, index) => {
      const name = names[index]!
      const unique = used.get(name.toLowerCase())! > 1 || [...name].length > longestName ? suffixedName(name, `V-${variant.key}`) : name
      return itemDocument(variant, unique, `variant:${variant.key}`, product, context)
    }),
  }
}

const longestName = 100

/** The name with a suffix in brackets, cut so that the suffix stays whole. */
export function suffixedName(name: string, suffix: string): string {
  const tail = ` (${nameText(suffix, 40)})`
  return nameText(name, longestName - tail.length) + tail
}

function variantName(product: Product, variant: Product['variants'][number]): string {
  const options =
    variant.options
      ?.map((option) => option.value)
      .filter((value) => value !== '')
      .join(', ') ?? ''
  const own = variant.name.trim() === '' || variant.name === product.name ? options : variant.name
  if (own === '') return product.name
  return own.includes(product.name) ? own : `${product.name} - ${own}`
}

function itemDocument(
  sellable: Sellable,
  fullName: string,
  role: string,
  product: Product,
  { policy, target, chosen }: ProjectContext<ProductPolicy>,
): DocumentWanted {
  const company = target as Company
  const name = nameText(fullName, longestName) || `Product ${product.key}`
  const sku = oneLine(sellable.sku ?? '', 100)
  const description = typeof chosen.Description === 'string' && chosen.Description !== '' ? chosen.Description : fullName
  const purchase = typeof chosen.PurchaseDesc === 'string' ? manyLines(chosen.PurchaseDesc, 1000) : ''
  const input = {
    Name: name,
    ...(sku !== '' && { Sku: sku }),
    Type: policy.type,
    Description: manyLines(description, 4000),
    ...(purchase !== '' && { PurchaseDesc: purchase }),
    ...price(sellable, product, policy, company),
    // Only US items have a flag of their own; elsewhere every line names its code (quickbooks.md 10.3).
    ...(company.country === 'US' && { Taxable: sellable.taxable !== false }),
    ...accounts(policy, company),
    ...(policy.type === 'Inventory' && {
      TrackQtyOnHand: true,
      QtyOnHand: wireNumber(parseDecimal(sellable.stock?.quantity ?? '0')),
      InvStartDate: policy.inventoryStart ?? product.createdAt?.slice(0, 10) ?? '2000-01-01',
    }),
  }
  return { role, stream: 'items', wave: 1, input, dependencies: [], adopt: true, title: name }
}

/** The shop's price, where it is in the company's own currency: an item's price always is (quickbooks.md 10.15). */
function price(sellable: Sellable, product: Product, policy: ProductPolicy, company: Company): { UnitPrice?: number } {
  if (!policy.price || sellable.price === undefined || sellable.price === '' || product.currency !== company.homeCurrency) return {}
  const rounded = roundDecimal(parseDecimal(sellable.price), 5)
  return formatDecimal(rounded).startsWith('-') ? {} : { UnitPrice: wireNumber(rounded) }
}

function accounts(policy: ProductPolicy, company: Company): { [field: string]: unknown } {
  const income =
    policy.incomeAccount === undefined
      ? accountOfSubType(company, 'SalesOfProductIncome', 'incomeAccount')
      : accountNamed(company, policy.incomeAccount, 'incomeAccount')
  const named = policy.expenseAccount === undefined ? undefined : accountNamed(company, policy.expenseAccount, 'expenseAccount')
  const expense =
    named ??
    company.accounts.find((account) => account.subType === 'SuppliesMaterialsCogs') ??
    company.accounts.find((account) => account.type === 'Cost of Goods Sold')
  const asset =
    policy.type !== 'Inventory'
      ? undefined
      : policy.assetAccount === undefined
        ? accountOfSubType(company, 'Inventory', 'assetAccount')
        : accountNamed(company, policy.assetAccount, 'assetAccount')
  return {
    IncomeAccountRef: { value: income.id },
    ...(expense && policy.type !== 'Service' && { ExpenseAccountRef: { value: expense.id } }),
    ...(asset && { AssetAccountRef: { value: asset.id } }),
  }
}
