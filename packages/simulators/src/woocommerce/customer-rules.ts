import { addressFrom, emptyBilling, emptyShipping } from './addresses.ts'
import { WcError } from './errors.ts'
import { emit } from './events.ts'
import { isEmail } from './http/schema.ts'
import { writeMeta } from './meta.ts'
import type { Customer } from './model.ts'
import { seen } from './race.ts'
import type { Store } from './store.ts'

export type CustomerRequest = Record<string, unknown>

/** Creates a customer as `POST /customers` does: e-mail is all it needs, role is ignored (woocommerce.md 10). */
export function createCustomer(store: Store, request: CustomerRequest): Customer {
  const email = String(request['email'] ?? '')
  if (email === '') throw new WcError('registration-error-invalid-email', 'Please provide a valid email address.', 400)
  if (!isEmail(email)) throw new WcError('customer_invalid_email', 'Invalid email address', 400)
  const owner = seen(store, `owner of ${email.toLowerCase()}`, () => findByEmail(store, email))
  // Whoever slipped past the first check meets the one of the database.
  if (!owner && findByEmail(store, email)) throw new WcError('existing_user_login', 'Sorry, that username already exists!', 400)
  if (owner) {
    throw new WcError(
      'registration-error-email-exists',
      `An account is already registered with ${email}. Please log in or use a different email address.`,
      400,
    )
  }
  const username = request['username']
    ? chosenUsername(store, String(request['username']))
    : store.on(83)
      ? derivedUsername(store, email)
      : email
  const customer: Customer = {
    id: store.next('user'),
    created: store.now(),
    modified: store.now(),
    email,
    firstName: '',
    lastName: '',
    role: 'customer',
    username,
    displayName: username,
    billing: emptyBilling(),
    shipping: emptyShipping(),
    paying: false,
    meta: [],
  }
  if (!request['password'] && store.on(83)) customer.meta.push({ id: store.next('userMeta'), key: 'default_password_nag', value: '1' })
  writeCustomer(store, customer, request)
  store.data.customers.set(customer.id, customer)
  remember(store, customer)
  emit(store, 'customer', 'created', customer.id)
  if (store.on(100)) emit(store, 'customer', 'updated', customer.id)
  return customer
}

/** Changes a customer; the username is fixed, the e-mail must be free, others than customers keep theirs. */
export function updateCustomer(store: Store, customer: Customer, request: CustomerRequest): void {
  const email = request['email']
  if (typeof email === 'string' && email !== customer.email) {
    if (!['customer', 'subscriber'].includes(customer.role)) {
      throw new WcError('woocommerce_rest_cannot_edit', 'Sorry, you are not allowed to edit this resource.', 403)
    }
    const owner = findByEmail(store, email)
    if (!isEmail(email) || (owner && owner !== customer)) {
      throw new WcError('woocommerce_rest_customer_invalid_email', 'Email address is invalid.', 400)
    }
    forget(store, customer)
    customer.email = email
    remember(store, customer)
  }
  if (request['username'] !== undefined && request['username'] !== customer.username) {
    throw new WcError('woocommerce_rest_customer_invalid_argument', "Username isn't editable.", 400)
  }
  writeCustomer(store, customer, request)
  customer.modified = store.now()
  emit(store, 'customer', 'updated', customer.id)
}

function writeCustomer(store: Store, customer: Customer, request: CustomerRequest): void {
  if (typeof request['first_name'] === 'string') customer.firstName = request['first_name']
  if (typeof request['last_name'] === 'string') customer.lastName = request['last_name']
  if (request['billing']) customer.billing = addressFrom(customer.billing, request['billing'])
  if (request['shipping']) customer.shipping = addressFrom(customer.shipping, request['shipping'])
  writeMeta(
    store,
    customer.meta,
    request['meta_data'],
    () => store.next('userMeta'),
    (key) => CORE_META.test(key),
  )
}

const CORE_META =
  /^(wp_|session_tokens$|billing_|shipping_|first_name$|last_name$|nickname$|description$|last_update$|paying_customer$|_money_spent|_order_count)/

/** Deletes for good; the customer's orders lose the id and are bumped, without an event (woocommerce.md 10). */
export function removeCustomer(store: Store, customer: Customer): void {
  forget(store, customer)
  store.data.customers.delete(customer.id)
  for (const order of store.data.orders.values()) {
    if (order.customerId !== customer.id || !store.on(84)) continue
    order.customerId = 0
    order.modified = store.now()
  }
  emit(store, 'customer', 'deleted', customer.id)
}

/** Any case. */
export function findByEmail(store: Store, email: string): Customer | undefined {
  return store.data.customers.get(names(store).emails.get(email.toLowerCase()) ?? 0)
}

function chosenUsername(store: Store, username: string): string {
  if (!/^[a-z0-9 _.\-@]+$/i.test(username) || username !== username.replace(/\s+/g, ' ').trim()) {
    throw new WcError('registration-error-invalid-username', 'Please provide a valid account username.', 400)
  }
  if (usernameTaken(store, username)) {
    throw new WcError(
      'registration-error-username-exists',
      'An account is already registered with that username. Please choose another.',
      400,
    )
  }
  return username
}

function derivedUsername(store: Store, email: string): string {
  const base =
    email
      .split('@')[0]!
      .toLowerCase()
      .replace(/[^a-z0-9_.-]/g, '') || 'user'
  let name = base
  for (let suffix = 2; usernameTaken(store, name); suffix++) name = `${base}-${suffix}`
  return name
}

function usernameTaken(store: Store, username: string): boolean {
  return names(store).usernames.has(username.toLowerCase())
}

/** Who has an e-mail or username, in lower case. */
interface Names {
  emails: Map<string, number>
  usernames: Map<string, number>
}

/** Kept beside the records, so that a hundred thousand customers are not searched for each new one. */
const namesOf = new WeakMap<ReadonlyMap<number, Customer>, Names>()

function names({ data: { customers } }: Store): Names {
  const known = namesOf.get(customers)
  if (known) return known
  const fresh: Names = { emails: new Map(), usernames: new Map() }
  for (const customer of customers.values()) {
    fresh.emails.set(customer.email.toLowerCase(), customer.id)
    fresh.usernames.set(customer.username.toLowerCase(), customer.id)
  }
  namesOf.set(customers, fresh)
  return fresh
}

function remember(store: Store, customer: Customer): void {
  const { emails, usernames } = names(store)
  emails.set(customer.email.toLowerCase(), customer.id)
  usernames.set(customer.username.toLowerCase(), customer.id)
}

function forget(store: Store, customer: Customer): void {
  const { emails, usernames } = names(store)
  emails.delete(customer.email.toLowerCase())
  usernames.delete(customer.username.toLowerCase())
}
