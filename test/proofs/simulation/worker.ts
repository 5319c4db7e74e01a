import { type Job, runJob } from './jobs';

// A process that does jobs one by one, as long as its parent has any.

// A parent that was killed ends nobody.
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
