interface GroupLine {
  DetailType: 'GroupLineDetail'
  Amount?: unknown
  GroupLineDetail?: { GroupItemRef?: unknown; Quantity?: unknown }
}

/** A bundle travels without an amount: QuickBooks makes it from the components (quickbooks.md 10.5). Ours says what that has to come to. */
export function withoutGroupAmounts(lines: unknown): unknown {
  return mapped(lines, ({ Amount: _, ...rest }) => rest)
}

/** What answers show of a bundle that was sent: which one, and how many; its text and tax code lie on its components. */
export function groupsAsAnswered(lines: unknown): unknown {
  return mapped(lines, ({ DetailType, GroupLineDetail: detail }) => ({
    DetailType,
    GroupLineDetail: { GroupItemRef: detail?.GroupItemRef, Quantity: detail?.Quantity },
  }))
}

function mapped(lines: unknown, change: (line: GroupLine) => object): unknown {
  return Array.isArray(lines) && lines.some(isGroup) ? lines.map((line: unknown) => (isGroup(line) ? change(line) : line)) : lines
}

function isGroup(line: unknown): line is GroupLine {
  return typeof line === 'object' && line !== null && (line as { DetailType?: unknown }).DetailType === 'GroupLineDetail'
}
