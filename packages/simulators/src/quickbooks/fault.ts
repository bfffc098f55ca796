/** One entry of a fault, as QuickBooks writes it. */
export interface FaultError {
  Message: string
  Detail?: string
  code: string
  element?: string
}

/** A refusal in the usual envelope (quickbooks.md 2.1). */
export class QboFault extends Error {
  readonly status: number
  readonly type: string
  readonly errors: FaultError[]
  /** 2030 answers without `time` (quickbooks.md 2.1). */
  readonly timeless: boolean

  constructor(errors: FaultError | FaultError[], { status = 400, type = 'ValidationFault', timeless = false } = {}) {
    const list = Array.isArray(errors) ? errors : [errors]
    super(list.map((error) => `${error.code} ${error.Detail ?? error.Message}`).join('; '))
    this.status = status
    this.type = type
    this.errors = list
    this.timeless = timeless
  }
}

const fault = (code: string, Message: string, Detail: string, element?: string) =>
  new QboFault({ Message, Detail, code, ...(element === undefined ? {} : { element }) })

const lostAccess = () =>
  new QboFault(
    {
      Message: 'Authorization Failure',
      Detail: ': -11014-You do not have access to use QuickBooks Online Plus.',
      code: '120',
      element: '',
    },
    { status: 401, type: 'AuthorizationFault' },
  )

/** The texts are those of quickbooks.md section 14 and the recorded faults. */
export const faults = {
  lostAccess,
  unsupported: (path: string) =>
    fault(
      '500',
      'Unsupported Operation',
      `Operation Could not find resource for relative : ${path} of full path: https://qbo.intuit.com${path} is not supported.`,
    ),
  /** What a server says that knows nothing of point 1. */
  notFound: () => new QboFault({ Message: 'Not Found', code: '404' }, { status: 404 }),
  unsupportedOperation: (what: string) => fault('500', 'Unsupported Operation', `Operation ${what} is not supported.`),
  duplicateRequest: () => fault('600', 'Duplicate Request ID', 'Duplicate Request ID : The request id is already in use.', ''),
  inactive: () =>
    fault(
      '610',
      'Object Not Found',
      "Object Not Found : Something you're trying to use has been made inactive. Check the fields with accounts, customers, items, vendors or employees.",
      '',
    ),
  deleted: () => fault('610', 'Object Not Found', 'Object Not Found : Another user has deleted this transaction.', ''),
  cannotLink: (why: string) => fault('620', 'Transaction cannot be linked', `Transaction cannot be linked : ${why}`, ''),
  batchSize: () => fault('1040', 'Batch size exceeded', 'Batch size exceeds allowed limit : 30 items at most.'),
  throttledItem: () =>
    new QboFault(
      {
        Message: 'message=ThrottleExceeded; errorCode=003001; statusCode=429',
        Detail: 'The request limit was reached.  Try again later',
        code: '3001',
      },
      { status: 429, type: 'SERVICE' },
    ),
  objectName: (name: string) =>
    fault('2000', 'Invalid or unsupported object name', `Object Name:${name} specified is unsupported or invalid`),
  unknownProperty: (entity: string, property: string, known: readonly string[]) =>
    fault(
      '2010',
      'Request has invalid or unsupported property',
      `Property Name:Unrecognized field "${property}" (class com.intuit.schema.finance.v3.${entity}), not marked as ignorable ` +
        `(${known.length} known properties: ${known.map((name) => `"${name}"`).join(', ')}])\n specified is unsupported or invalid`,
    ),
  unreadable: (what: string) =>
    fault('2010', 'Request has invalid or unsupported property', `Property Name:${what} specified is unsupported or invalid`),
  required: (name: string) =>
    fault(
      '2020',
      'Required param missing, need to supply the required value for the API',
      `Required parameter ${name} is missing in the request`,
      name,
    ),
  requiredText: (detail: string, name: string) =>
    fault('2020', 'Required param missing, need to supply the required value for the API', detail, name),
  invalidId: (id: string) =>
    new QboFault(
      { Message: 'Invalid ID', Detail: `Id should be a valid number. Supplied value:${id}`, code: '2030', element: 'Id' },
      { timeless: true },
    ),
  invalidString: (name: string) => fault('2040', 'Invalid String', `Invalid String : ${name} holds characters that are not allowed.`, name),
  length: (name: string, max: number, supplied: number) =>
    fault(
      '2050',
      'Invalid String Length',
      `String length specified does not match the supported length. Min:0 Max:${max} supported. Supplied length:${supplied}`,
      name,
    ),
  date: (name: string, value: string) => fault('2060', 'Invalid Date', `Date value has invalid format. Supplied value:${value}`, name),
  number: (name: string, value: string) => fault('2090', 'Invalid Number', `Invalid Number : ${name}. Supplied value:${value}`, name),
  requestId: () => fault('2130', 'Invalid Request Id Format', 'Request Id is invalid or longer than the supported length.'),
  percent: (value: string) => fault('2150', 'Invalid percent', `Invalid percent : Supplied value:${value}`, ''),
  enumeration: (name: string, value: string) => fault('2170', 'Invalid Enumeration', `Invalid Enumeration : ${value}`, name),
  currency: (code: string) => fault('2220', 'Invalid Currency Type', `Invalid Currency Type : ${code}`, ''),
  nameCharacters: (name: string) =>
    fault('2180', 'Invalid string range', `Invalid string range : ${name} must not contain a colon, tab or new line.`, name),
  email: (address: string) =>
    fault(
      '2210',
      'Invalid Email Address format',
      `Email Address does not conform to the syntax rules of RFC 822. Supplied value:${address}`,
      '',
    ),
  negative: () => fault('2290', 'NegativeAmount', 'Negative amounts are not allowed here.', ''),
  debitsCredits: () =>
    fault(
      '2300',
      'Debits and credits must balance',
      'Debits and credits must balance : The total of the debits must equal the total of the credits.',
      '',
    ),
  reference: (kind: string, id: string) =>
    fault('2500', 'Invalid Reference Id', `Invalid Reference Id : ${kind} element id ${id} not found`, ''),
  queryParse: (why: string) => fault('4000', 'Error parsing query', `QueryParserError: ${why}`),
  query: (why: string) => fault('4001', 'Invalid query', `QueryValidationError: ${why}`),
  stale: (user: string) =>
    fault(
      '5010',
      'Stale Object Error',
      `Stale Object Error : You and ${user} were working on this at the same time. ${user} finished before you did, so your work was not saved.`,
      '',
    ),
  feature: (what: string) => fault('5030', 'Feature Not Supported', `Feature Not Supported Error : ${what}`, ''),
  business: (why: string) =>
    fault('6000', 'A business validation error has occurred while processing your request', `Business Validation Error: ${why}`, ''),
  accountType: () => fault('6010', 'Account type and sub type', 'Either Account type or sub type is required and they must agree.', ''),
  amount: (supplied: string) =>
    fault('6070', 'Amount calculation incorrect in the request', `Amount is not equal to UnitPrice * Qty. Supplied value:${supplied}`, ''),
  noName: () =>
    fault(
      '6080',
      'No Name Provided',
      'No Name Provided : At least one of Title, Given name, Middle name, Family name, Suffix or Display name is required.',
      '',
    ),
  discount: () => fault('6090', 'Discount line missing info', 'Discount line needs either an amount or a percent.', ''),
  lineTaxCode: () => fault('6100', 'Invalid Line TaxCode', 'Invalid Line TaxCode in the request : use TAX or NON.', ''),
  billWith: () => fault('6130', 'Cannot change who customer bills with', 'This customer has invoices: who is billed cannot change.', ''),
  duplicateNumber: () =>
    fault(
      '6140',
      'Duplicate DocNum Error',
      'Duplicate Document Number Error : You must specify a different number. This number has already been used.',
      '',
    ),
  parentRequired: () => fault('6150', 'ParentRef Required', 'ParentRef Required : a sub entity needs its parent.', ''),
  customTax: () => fault('6160', 'Invalid TaxCodeRef', 'Invalid TaxCodeRef : CustomSalesTax cannot be used.', ''),
  taxDetail: () =>
    fault('6170', 'Invalid TxnTaxDetail', 'Invalid TxnTaxDetail : not allowed when GlobalTaxCalculation is NotApplicable.', ''),
  levels: () => fault('6180', 'Sub Level Limit', 'Sub Level Limit : at most 5 levels are supported.', ''),
  subscription: () =>
    fault(
      '6190',
      'Invalid Company Status',
      "Subscription period has ended or canceled or there was a billing problem : You can't add data to QuickBooks Online Plus because your trial or subscription period ended.",
      '',
    ),
  closed: () =>
    fault(
      '6210',
      'Account Period Closed',
      'The account period has closed and the account books cannot be updated through the QBO Services API. Please use the QBO website to make these changes.',
      '',
    ),
  resultSize: () => fault('10100', 'Result set big', 'The result set is too large. Ask for fewer rows or a shorter period.', ''),
  openBalance: () => fault('6220', 'Delete: open balance', 'You cannot make this name inactive, because it has an open balance.', ''),
  duplicateName: (holders: string) =>
    fault(
      '6240',
      'Duplicate Name Exists Error',
      `The name supplied already exists. : Another ${holders} is already using this name. Please use a different name.`,
      '',
    ),
  inventoryDate: () =>
    fault('6270', 'Inventory txn before item start date', 'Transaction date is prior to start date for inventory item', ''),
  emailRequired: () => fault('6420', 'Email address required', 'An email address is required for this delivery method.', ''),
  accountUse: (why: string) => fault('6430', 'Invalid account type used', `Invalid account type used : ${why}`, ''),
  deposited: () =>
    fault(
      '6540',
      'Deposited Transaction cannot be changed',
      'This transaction has been deposited. If you want to change or delete it, you must edit the deposit it appears on and remove it first.',
      '',
    ),
}
