import type { ErrorClass, ErrorCode } from '@syncline/core'

/** What a code of QuickBooks means for the write that got it. */
export interface CodeMeaning {
  code: ErrorCode
  /** Where the sheet asks for another class than the code usually has. */
  class?: ErrorClass
  /** `rejected` unless said otherwise: QuickBooks certainly did nothing. */
  outcome?: 'rejected' | 'throttled' | 'indeterminate'
  /** What happened, in a bookkeeper's words. */
  text: string
  /** What a person does next. */
  hint: string
}

const report = 'Report this with the request id; only this record is set aside.'
const goesOn = 'Nothing to do: it is tried again by itself.'
const bug = (text: string): CodeMeaning => ({
  code: 'record_rejected',
  text: `QuickBooks did not understand the record: ${text}.`,
  hint: report,
})
const refused = (text: string, hint: string): CodeMeaning => ({ code: 'record_rejected', text, hint })
const unmapped = (text: string, hint: string): CodeMeaning => ({ code: 'reference_missing', text, hint })

const signInAgain = 'Connect QuickBooks again: an administrator of the company signs in at Intuit and allows access.'
const auth: CodeMeaning = { code: 'credentials_expired', text: 'QuickBooks no longer accepts the access token.', hint: signInAgain }
const closed: CodeMeaning = {
  code: 'period_closed',
  text: 'The books are closed for the date of this document.',
  hint: 'Decide with the bookkeeper: post it on the first open day (pipeline policy), or open the period in QuickBooks.',
}
const query = bug('a query was malformed')

/** Every code of quickbooks.md section 14, by the code as it comes. Variants of 610, 2500 and 6000 are told apart in `meaningOf`. */
export const codeMeanings: { readonly [code: string]: CodeMeaning } = {
  3001: {
    code: 'rate_limited',
    outcome: 'throttled',
    text: 'QuickBooks refused the request: the company allows 500 a minute and 10 a second.',
    hint: `${goesOn} If reads stay refused for hours while writes work, the app's monthly read allowance is spent.`,
  },
  3200: auth,
  3202: bug('the access token was missing'),
  3100: {
    code: 'permission_denied',
    text: 'This connection may not use this company: the app is not authorised for it, or it lies in the other environment.',
    hint: 'Check that the environment (production or sandbox) fits the company, then connect it again.',
  },
  100: auth,
  110: auth,
  120: {
    code: 'permission_denied',
    text: 'The person who connected QuickBooks no longer has access to the company.',
    hint: 'Another administrator of the company connects it again.',
  },
  130: { code: 'remote_unavailable', text: 'QuickBooks routed the request to the wrong place.', hint: goesOn },
  140: {
    code: 'remote_unavailable',
    text: 'The company file is locked at the moment.',
    hint: 'It is tried again by itself. If it stays locked, ask Intuit.',
  },
  150: { code: 'remote_unavailable', text: 'The company file is under maintenance.', hint: goesOn },
  500: bug('the operation does not exist'),
  600: {
    code: 'outcome_unknown',
    outcome: 'indeterminate',
    text: 'QuickBooks has seen this request before.',
    hint: 'It is looked up before anything is sent again.',
  },
  610: unmapped(
    'Something that the document uses is missing or was made inactive in QuickBooks.',
    'Make the customer, item or account active again, or choose another one in the policy, then retry.',
  ),
  620: {
    code: 'record_rejected',
    class: 'conflict',
    text: 'The payment cannot be applied: the invoice is paid already, or belongs to somebody else.',
    hint: 'Look at the invoice in QuickBooks and decide what the payment belongs to.',
  },
  630: { code: 'duplicate_record', text: 'A record like this exists already.', hint: 'Link the existing one or change its name.' },
  700: unmapped('The parent record does not exist.', 'Choose an existing parent, then retry.'),
  800: refused('The record is used by others and cannot be deleted.', 'Make it inactive instead, or remove what depends on it.'),
  900: bug('a parent was made its own child'),
  1000: refused('QuickBooks could not carry out the operation.', 'Retry once; if it stays, look at the record in QuickBooks.'),
  1010: refused('QuickBooks could not create the record.', 'Retry once; if it stays, look at the record in QuickBooks.'),
  1020: refused('QuickBooks could not change the record.', 'Retry once; if it stays, look at the record in QuickBooks.'),
  1040: bug('a batch held more than 30 records'),
  2000: bug('the kind of record is unknown'),
  2010: bug('it holds a field that QuickBooks does not know'),
  2020: refused(
    'A field that QuickBooks requires is missing.',
    'See which field QuickBooks names; choose a value for it in the mapping or policy, then retry.',
  ),
  2030: bug('an id is not valid'),
  2040: refused(
    'A text holds characters that QuickBooks does not accept.',
    'Remove emoji and special characters from the record, then retry.',
  ),
  2050: refused('A text is longer than QuickBooks accepts.', 'Shorten the field that QuickBooks names, then retry.'),
  2060: bug('a date is not valid'),
  2070: bug('a date has the wrong format'),
  2080: bug('a number is not valid'),
  2090: bug('a number is not valid'),
  2100: bug('a number is not valid'),
  2110: bug('a number is not valid'),
  2130: bug('the request id is too long'),
  2140: bug('an amount is not valid'),
  2150: bug('a percentage is not valid'),
  2160: bug('a quantity is not valid'),
  2170: bug('a value is not one of those allowed'),
  2180: refused(
    'A text holds a character that is not allowed in names.',
    'Remove the colon or special character from the name, then retry.',
  ),
  2210: refused('An e-mail address is not valid.', 'Correct the e-mail address in the shop, then retry.'),
  2220: unmapped(
    'The currency is not known to this company.',
    'Turn on multiple currencies in QuickBooks and add this currency, then retry.',
  ),
  2250: bug('lines are missing'),
  2260: bug('a posting type is missing'),
  2290: {
    code: 'amount_invalid',
    text: 'QuickBooks does not accept a negative amount here.',
    hint: 'Check fees and discounts of the order: its total may not be below zero.',
  },
  2300: bug('debits and credits differ'),
  2500: unmapped(
    'The document names something that does not exist in this company.',
    'Refresh the lists of the connection; if it was deleted or made inactive in QuickBooks, choose another one in the policy, then retry.',
  ),
  2600: bug('two fields contradict each other'),
  3000: refused('A custom field does not exist in this company.', 'Define the custom field in QuickBooks, or take it out of the mapping.'),
  4000: query,
  4001: query,
  4002: query,
  5000: bug('it uses a field that QuickBooks has given up'),
  5010: {
    code: 'version_conflict',
    text: 'Somebody changed the record in QuickBooks in the meantime.',
    hint: 'It is read again and compared; nothing of theirs is overwritten.',
  },
  5020: {
    code: 'permission_denied',
    class: 'permanent',
    text: 'The plan or the person behind this connection lacks this feature.',
    hint: "Check the company's QuickBooks plan and the rights of the person who connected it.",
  },
  5030: {
    code: 'feature_missing',
    class: 'validation',
    text: 'The feature is turned off in this company.',
    hint: 'Turn it on in QuickBooks (inventory, classes, currencies, discounts), or turn it off in the policy.',
  },
  6000: refused(
    'QuickBooks refused the document by one of its rules.',
    'Read what QuickBooks says, correct the record or the policy, then retry.',
  ),
  6010: bug('an account needs a type'),
  6070: { code: 'amount_invalid', text: 'A line is not quantity times price.', hint: report },
  6080: refused('The record has no name.', 'Give the customer or item a name in the shop, then retry.'),
  6090: bug('a discount line is incomplete'),
  6100: {
    code: 'tax_unmapped',
    text: 'A line has a tax code that this company does not take.',
    hint: 'In a US company lines are TAX or NON. Read the company again (settings), then retry.',
  },
  6130: refused('The customer bills with another one, and this cannot be changed.', 'Change it in QuickBooks by hand.'),
  6140: {
    code: 'duplicate_record',
    text: 'The document number is used already.',
    hint: 'If it is the same sale, link it; else choose another number policy (a prefix), then retry.',
  },
  6150: bug('the parent is missing'),
  6160: {
    code: 'tax_unmapped',
    text: 'This tax code cannot be used by other programs.',
    hint: 'Map the tax rate to another code of the company.',
  },
  6230: {
    code: 'tax_unmapped',
    text: 'This tax code cannot be used by other programs.',
    hint: 'Map the tax rate to another code of the company.',
  },
  6170: bug('tax was sent for a document without tax'),
  6180: refused('QuickBooks allows five levels of sub-customers or accounts.', 'Choose a parent on a higher level.'),
  6190: {
    code: 'account_suspended',
    text: "The company's QuickBooks subscription has ended: it can be read, not written.",
    hint: 'Renew the subscription in QuickBooks; what was not sent is kept and goes on afterwards.',
  },
  6200: closed,
  6210: closed,
  6220: refused('The record has an open balance and stays active.', 'Settle the balance in QuickBooks first.'),
  6280: refused('The record has unbilled charges and stays active.', 'Settle the charges in QuickBooks first.'),
  6240: {
    code: 'duplicate_record',
    text: 'The name is used already by a customer, vendor, employee or item.',
    hint: 'Link the one that has the name, or let the record get a suffix.',
  },
  6250: unmapped('The customer of the document is missing or inactive.', 'Make the customer active again in QuickBooks, then retry.'),
  6270: refused(
    "The document lies before the item's inventory start date.",
    'Set an earlier start date on the item in QuickBooks, or sell it as a non-inventory item.',
  ),
  6420: refused('The customer is to get mail but has no address.', 'Add the e-mail address, or set delivery to none in QuickBooks.'),
  6430: unmapped('The account has the wrong type for this use.', 'Choose a bank or other current asset account in the policy, then retry.'),
  6440: unmapped('A line has no item.', 'Name a fallback item in the policy, then retry.'),
  6450: refused('The document is settled and cannot be voided.', 'Undo the settlement in QuickBooks first.'),
  6480: refused('The document is matched to the bank feed and cannot be deleted.', 'Undo the match in QuickBooks first.'),
  6520: bug('an inventory item needs a quantity'),
  6530: bug('it holds a card number'),
  6540: {
    code: 'record_rejected',
    class: 'conflict',
    text: 'The document lies in a deposit and cannot be changed.',
    hint: 'Take it off the deposit in QuickBooks, or leave it as it is.',
  },
  6560: unmapped('The customer of the document is missing.', 'Create or link the customer, then retry.'),
  10000: {
    code: 'remote_unavailable',
    outcome: 'indeterminate',
    text: 'QuickBooks had a failure of its own.',
    hint: 'It is looked up before anything is sent again.',
  },
  10100: {
    code: 'answer_too_large',
    class: 'retryable',
    text: 'QuickBooks found too many records at once.',
    hint: 'It is asked again for fewer.',
  },
  10200: {
    code: 'account_suspended',
    text: 'The company file was reset: every record in it has a new id.',
    hint: 'Stop this connection and set it up again; the old links do not hold.',
  },
}

const nameLock: CodeMeaning = { code: 'busy', text: 'QuickBooks changes one name at a time, and was busy with another.', hint: goesOn }
const gone: CodeMeaning = {
  code: 'record_not_found',
  text: 'The document was deleted in QuickBooks.',
  hint: 'Decide whether it shall be written again, or be left out.',
}
const closedByText = /period (has |is )?closed|closed (the )?books|closing date/i

/** The meaning of a code, with its detail to tell variants apart; undefined for a code that the sheet does not know. */
export function meaningOf(code: string, detail: string): CodeMeaning | undefined {
  const known = codeMeanings[String(Number(code))] ?? codeMeanings[code]
  if (code === '610' && /deleted/i.test(detail) && !/inactive/i.test(detail)) return gone
  if (code === '6000' && /one name at a time/i.test(detail)) return nameLock
  // The same code was seen with a closed period (ACCOUNTING.md 9), so the text decides.
  if ((code === '5010' || code === '6000') && closedByText.test(detail)) return closed
  return known
}
