import { type Job, runJob } from './jobs';

// A process that runs its parent's jobs one by one.

// A parent that was killed cannot end this process.
process.on('disconnect', () => process.exit());

process.on('message', (job: Job) => {
  runJob(job).then(
    (tally) => process.send?.(tally),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
