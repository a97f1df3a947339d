/** What a contestant of the comparison with other job runners offers. */
export interface Peer {
  /** Where its state lives. */
  store: 'postgres' | 'redis' | 'memory'
  /** Prepares an empty database. */
  setup(url: string): Promise<unknown>
  producer(url: string): Promise<Producer>
  consumer(url: string, options: WorkerOptions): Promise<Consumer>
  /** Outcomes on record. */
  done(url: string): Promise<number>
}

/** One delivery: POST `body` to the target; `at` is when it is due (epoch ms), `delay` how long the target takes (ms). */
export interface Job {
  id: number
  at: number
  delay?: number
  body: string
}

export interface Producer {
  /** One schedule call, as an application makes it. */
  enqueue(job: Job): Promise<unknown>
  enqueueMany(jobs: Job[]): Promise<unknown>
  close(): Promise<unknown>
}

export interface WorkerOptions {
  concurrency: number
  /** What contestants without a delivery of their own run for a job. */
  deliver: (job: Job) => Promise<{ status: number; body: string }>
  tune?: Record<string, number>
}

export interface Consumer {
  start(): Promise<unknown>
  stop(): Promise<unknown>
}
