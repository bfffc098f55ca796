/** A point of what a faithful simulator must reproduce (quickbooks.md 17), in the words of that page. */
export interface ChecklistPoint {
  point: number
  area: string
  words: string
  /** What of it is not modelled. */
  lacks?: string
}

const points: [area: string, points: [words: string, lacks?: string][]][] = [
  [
    'Transport',
    [
      [
        'Paths under `/v3/company/{realmId}`, lower-case entities; unknown path → 400 / 500 "Unsupported Operation" with the relative path in Detail.',
      ],
      [
        'Bearer check: none/unknown/expired token → 401 in the lower-case envelope with `WWW-Authenticate`; token of another realm → 403 / 3100.',
      ],
      ['Every answer has a fresh `intuit_tid`; successes have `QBO-Version`.'],
      [
        'XML default: without `Accept: application/json` at least refuse loudly; faults of the gateway can be switched to XML.',
        'Answers in XML: a request without JSON in Accept is refused with 406; only refusals of the gateway come as XML.',
      ],
      ['Create answers 200, wrapper + `time` with milliseconds and Pacific offset; MetaData without milliseconds.'],
      ['Absent fields omitted, listed empty arrays present, `sparse:false`, `domain:"QBO"`.'],
      ['minorversion below 75 or absent treated as 75.'],
      ['Invalid JSON → 400 2010-like fault; unknown property → 2010 naming it.'],
      ['Injectable latency, 429 (JSON and XML), 500/10000, 503, connection drop before and after commit.'],
    ],
  ],
  [
    'OAuth',
    [
      ['Authorize page → code + state + realmId; denial → `error=access_denied`; exact redirect match.'],
      ['Code single use; second exchange → invalid_grant and the first tokens revoked (switchable).'],
      ['Access tokens die after 3600 s of simulated clock; refresh tokens after 100 idle days and at a hard limit.'],
      ['Refresh value kept within 24 h, then rotated and the old one refused; a knob "rotate always" for tests of the race.'],
      ['Basic auth check; error bodies; opt-in hard-expiry field.'],
      ['Revoke; "disconnect by the user".'],
    ],
  ],
  [
    'Limits',
    [
      ['500/min and 10/s per realm and app, batch 40/min, 30 items; 429 with 3001; no Retry-After by default.'],
      ['A CorePlus counter for reads, with a monthly block switch.'],
    ],
  ],
  ['Idempotency', [['requestid replay of the stored answer byte for byte, also for faults; length check 50/36; batch with bIds ≤ 10.']]],
  [
    'Query and CDC',
    [
      ["Grammar of section 6 with `\\'`, IN, LIKE, AND, ORDERBY, both clause orders, case-insensitivity; 4000/4001 texts."],
      [
        'Default 100, max 1000, STARTPOSITION from 1; `{}` when empty; maxResults = rows returned; totalCount only for the listed entities.',
      ],
      ['Active filter default on name lists; non-filterable property → 4001; Id not comparable or sortable.'],
      ['Default sort orders as recorded.'],
      [
        'CDC per entity, deleted stubs last, 1000 cap without a flag, 30 days, excluded entities refused.',
        'TimeActivity and the other kinds that are not modelled.',
      ],
      ['Deleted objects vanish from query and read (610) but stay in CDC for 30 days.'],
    ],
  ],
  [
    'Writes',
    [
      ['SyncToken check (5010 text with a user name), +1 on effective change only, no-op writes change nothing.'],
      [
        'Full update clears omitted writable fields and resets defaults, TxnDate to today; sparse keeps them; Line array replaced whole; line Ids kept or newly numbered.',
      ],
      ['Delete/void/deactivate rules of 9.3 with their answer shapes; "(deleted)" suffix; name freed.'],
      [
        'Uniqueness of DisplayName over Customer + Vendor + Employee, Item.Name, tax names (6240); forbidden characters; lengths (2050) of section 10.',
      ],
      ['References checked: missing → 2500 with Names/Accounts/Klasses/Depts/Items; inactive → 610.'],
      ['Required fields → 2020; missing payment total → 6000 text.'],
      [
        'Defaults on create: DocNumber numbering (CustomTxnNumbers), DueDate + 30 or by term, addresses copied, PrintStatus, EmailStatus, Customer defaults, Account sub type.',
      ],
      ['Amount = Qty × UnitPrice check (6070), half-up cents.'],
      ['SubTotal line appended without Id; sent subtotal ignored; totals recomputed.'],
      ['Percent and fixed discounts, ApplyTaxAfterDiscount; bundles expanded; shipping item.'],
      [
        'US manual, US AST (rate table by state; override by TotalTax), US no tax, global excluded / inclusive / not applicable, with per-rate rounding and the net-answer rule.',
        'Tax classification of items, economic nexus; rules of France, India and the UAE.',
      ],
      ['Line tax code checks 6100, 6170, missing code 6000.'],
      [
        'Multi-currency: CurrencyRef vs customer, ExchangeRate, Home amounts, currency fixed, exchangerate entity.',
        'Exchange gains and losses.',
      ],
      [
        'Payment application: invoice Balance, LinkedTxn, SyncToken bump, UnappliedAmt, credit memos, over-application refused; void/delete reverses.',
      ],
      ['Customer Balance / BalanceWithJobs upkeep moving LastUpdatedTime only.'],
      ['Undeposited Funds and Deposit linking; 6540 afterwards; negative fee lines; CashBack.'],
      ['Auto-apply credits when the preference is on.'],
      ['Closing date: TxnDate ≤ BookCloseDate → 6210 for create, update, delete, void.'],
      ['Subscription lapsed switch: writes 6190, reads fine.'],
      [
        'Inventory quantity drop on sale; 6270; item update with QtyOnHand as adjustment.',
        'First-in-first-out costs: goods leave at the item’s PurchaseCost.',
      ],
      ['JournalEntry balance check.'],
      ['Batch: independent items, mixed results in 200, bId echo, 1040, optional shuffled order, no visibility between items.'],
      [
        'send: EmailStatus, DeliveryInfo, LastUpdatedTime moved, SyncToken kept; no address → 6000-like fault; pdf returns a PDF.',
        'The form itself: the PDF names the document only, no mail leaves.',
      ],
      ['Name-write collision: optional 6000 "You can only add or edit one name at a time".'],
    ],
  ],
  [
    'Webhooks',
    [
      [
        'CloudEvents array (legacy optional), signature over the raw body, several realms per delivery, aggregation delay, duplicates, out-of-order, retry schedule with head-of-line blocking.',
        'Blacklisting of endpoints, as an older page of the reference describes it.',
      ],
      [
        'Events for own API writes, for indirect changes (payment → invoice), UI-like edits, merges with `deletedId`, void/voided spelling knob.',
      ],
    ],
  ],
]

/** All points in order; tests, switches and the page about this simulator are made of it. */
export const checklist: readonly ChecklistPoint[] = points
  .flatMap(([area, list]) => list.map(([words, lacks]) => ({ area, words, ...(lacks === undefined ? {} : { lacks }) })))
  .map((entry, index) => ({ point: index + 1, ...entry }))
