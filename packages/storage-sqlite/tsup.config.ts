import base from '../../tsup.base.ts'

// There is no `sqlite` without its `node:`, which tsup takes away unless it is told not to.
export default { ...base, removeNodeProtocol: false }
