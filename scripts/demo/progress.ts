/** One line that is written over while work goes on; nothing where the output is not a terminal or is meant for a program. */
export interface Progress {
  show(label: string, done: number, total: number): void
  clear(): void
}

const width = 24

export function progressLine(stream: NodeJS.WriteStream, wanted: boolean): Progress {
  const active = wanted && stream.isTTY
  let shown = ''
  return {
    show(label, done, total) {
      if (!active) return
      const part = total > 0 ? Math.min(1, done / total) : 0
      const filled = Math.round(part * width)
      const line = `  ${label.padEnd(34)} ${'#'.repeat(filled)}${'-'.repeat(width - filled)} ${done}${total > 0 ? ` of ${total}` : ''}`
      if (line === shown) return
      shown = line
      stream.write(`\r${line}\u001b[K`)
    },
    clear() {
      if (active && shown !== '') stream.write('\r\u001b[K')
      shown = ''
    },
  }
}
