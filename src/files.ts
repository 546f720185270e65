/** Size in bytes and SHA-256 in lower-case hex of a body. */
export interface Fingerprint {
  readonly size: number
  readonly sha256: string
}

/** Where bytes are kept: attachments and rendered messages. Names are ours, never a visitor's. */
export interface Files {
  /** Keeps a body. Durable once it resolves; when `bytes` fails, nothing of it is kept and the error comes through. */
  readonly put: (name: string, bytes: ReadableStream<Uint8Array>) => Promise<Fingerprint>
  /** The body in a stream, or null where nothing of that name is kept. */
  readonly get: (name: string) => Promise<ReadableStream<Uint8Array> | null>
  readonly remove: (name: string) => Promise<void>
  /** What is kept, for the sweep of bodies that no row names. */
  readonly list: () => AsyncIterable<{ readonly name: string; readonly storedAt: Date }>
  /** Reads a body to its end without keeping it. */
  readonly fingerprint: (bytes: ReadableStream<Uint8Array>) => Promise<Fingerprint>
}
