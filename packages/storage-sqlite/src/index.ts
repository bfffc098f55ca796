export { sqliteStorage, type SqliteStorageOptions } from './storage.ts'
