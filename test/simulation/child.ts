// A process that does the pool's work: one job after the other, each answered by one message.
import { answerJob, type Job } from './jobs.ts';

process.on('message', (job: Job) => void process.send?.(answerJob(job)));
// Whoever asked is gone.
process.on('disconnect', () => process.exit(0));
