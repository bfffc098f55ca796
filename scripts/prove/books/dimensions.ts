/** What is the same for all orders of one shop and its books: settings of the shop, kind of company, policy. */
export const worldDimensions = {
  company: ['US automated', 'US manual', 'US no tax', 'US not set up', 'CA', 'GB', 'AU'],
  money: ['home currency', 'euro', 'yen, 0 places', 'dinar, 2 places', 'dinar, 3 places'],
  prices: ['without tax', 'with tax'],
  rounding: ['per line', 'per subtotal'],
  'shipping tax': ['all rates', 'first rate', 'untaxed'],
  document: ['auto', 'sales receipt', 'invoice'],
  numbers: ['shop', 'prefix', 'quickbooks'],
  day: ['paid', 'created', 'completed'],
  period: ['open', 'first open day', 'closed, opened later'],
  'zero orders': ['post', 'skip'],
  'refund without lines': ['untaxed', 'pro rata'],
  'refund of a paid invoice': ['refund receipt', 'credit memo'],
  guests: ['by e-mail', 'bucket'],
  /** What the policy lacks at first (a gateway, codes of some rates) is named after the first way, and what was put aside is tried again. */
  policy: ['complete', 'completed later'],
  'role rule': ['none', 'wholesale by invoice'],
} as const

/** What differs from order to order. */
export const orderDimensions = {
  place: ['one rate', 'two rates', 'three rates', 'four rates, one compound', 'two rates, one compound', 'abroad', 'reverse charge'],
  goods: ['standard', 'standard and reduced', 'reduced', 'zero rate', 'standard and untaxed'],
  lines: ['1', '2', '3', '6'],
  quantity: ['1', '3', 'up to 12'],
  shipping: ['none', 'free', 'paid', 'two parcels'],
  coupon: ['none', 'percent', 'cart', 'product', 'two', 'everything'],
  fee: ['none', 'taxed', 'untaxed', 'negative'],
  'gift card': ['none', 'sold', 'redeemed', 'covers everything'],
  gateway: ['stripe', 'bacs', 'cod', 'klarna', 'none'],
  status: ['pending', 'failed', 'on-hold', 'processing', 'completed', 'cancelled', 'refunded', 'trash'],
  refund: ['none', 'all lines', 'third of a line', 'amount', 'shipping', 'several', 'fee', 'whole amount'],
  later: ['nothing', 'processing', 'completed', 'cancelled', 'refund', 'refund deleted', 'edited', 'trash'],
  buyer: ['registered', 'wholesale', 'guest', 'guest without e-mail', 'business'],
  /** What the bookkeeper does to the sale after its first way. */
  bookkeeper: ['nothing', 'memo', 'memo and note'],
} as const

export type WorldValues = { [D in keyof typeof worldDimensions]: (typeof worldDimensions)[D][number] }
export type OrderValues = { [D in keyof typeof orderDimensions]: (typeof orderDimensions)[D][number] }
export type Values = WorldValues & OrderValues

export const dimensions = { ...worldDimensions, ...orderDimensions }
export type DimensionName = keyof typeof dimensions

/** Pairs that no shop can hold, with why. Everything else has to occur. */
export const impossible: { pair: { [D in DimensionName]?: string }; because: string }[] = [
  { pair: { shipping: 'none', refund: 'shipping' }, because: 'there is no shipping to give back' },
  { pair: { shipping: 'free', refund: 'shipping' }, because: 'free shipping costs nothing to give back' },
  { pair: { fee: 'none', refund: 'fee' }, because: 'there is no fee to give back' },
  { pair: { fee: 'negative', refund: 'fee' }, because: 'a fee below 0 is no money that could go back' },
  { pair: { refund: 'none', later: 'refund deleted' }, because: 'there is no refund to delete' },
  ...['all lines', 'third of a line', 'amount', 'shipping', 'several', 'fee', 'whole amount'].map((refund) => ({
    pair: { 'gift card': 'covers everything', refund },
    because: 'nothing was paid that could go back',
  })),
  { pair: { 'gift card': 'covers everything', later: 'refund' }, because: 'nothing was paid that could go back' },
  { pair: { 'gift card': 'covers everything', later: 'refund deleted' }, because: 'there is no refund to delete' },
  ...['all lines', 'whole amount'].map((refund) => ({ pair: { refund, later: 'refund' }, because: 'everything went back already' })),
  { pair: { coupon: 'everything', refund: 'third of a line' }, because: 'the lines cost nothing' },
  { pair: { status: 'refunded', later: 'refund' }, because: 'everything went back already' },
  ...['standard and reduced', 'standard and untaxed'].map((goods) => ({
    pair: { lines: '1', goods },
    because: 'one line has one kind of goods',
  })),
  { pair: { status: 'trash', later: 'trash' }, because: 'it lies there already' },
]

export function possible(values: Partial<Record<DimensionName, string>>): boolean {
  return !impossible.some(({ pair }) => Object.entries(pair).every(([dimension, value]) => values[dimension as DimensionName] === value))
}
