// Each command goes out once for each reason to send it: the second of two at once would only hear that the first is
// still under way.
import { describe, expect, it } from 'vitest';
import { startRig, type Rig, type RigOptions } from './support/rig.ts';

/** The commands in the order in which the session asked the belt for them. */
function startCounting(options: RigOptions = {}): { readonly rig: Rig; readonly said: string[] } {
  const said: string[] = [];
  const rig = startRig({
    ...options,
    wrapBelt: (belt) => ({
      ...belt,
      pause() {
        said.push('pause');
        belt.pause();
      },
      resume(epoch) {
        said.push('resume');
        belt.resume(epoch);
      },
    }),
  });
  rig.run(2000);
  return { rig, said };
}

describe('commands go out once', () => {
  it('a pause that a person asks for', () => {
    const { rig, said } = startCounting();
    rig.send({ type: 'operator.pause' });
    rig.run(900);
    expect(said).toEqual(['pause']);
    expect(rig.session.view().state).toBe('paused');
  });

  it('a pause that the belt made by itself is not said to it', () => {
    const { rig, said } = startCounting();
    rig.belt.inject('contact-lost:for=300ms');
    rig.run(900);
    expect(said).toEqual([]);
    expect(rig.session.view().state).toBe('paused');
  });

  it('a pause while a resume is under way', () => {
    const { rig, said } = startCounting();
    rig.send({ type: 'operator.pause' });
    rig.run(900);
    rig.belt.inject('link-stall:for=200ms');
    rig.send({ type: 'operator.resume' });
    rig.run(50);
    rig.send({ type: 'operator.pause' });
    rig.run(100);
    expect(said).toEqual(['pause', 'resume']);
    rig.run(900);
    expect(said).toEqual(['pause', 'resume', 'pause']);
    expect(rig.session.view().state).toBe('paused');
  });

  it('an unanswered pause is said again after its time, not before', () => {
    const { rig, said } = startCounting({ faults: ['answer-lost:op=pause,effect=before,count=9'] });
    rig.send({ type: 'operator.pause' });
    rig.run(400);
    expect(said).toEqual(['pause']);
    rig.run(2000);
    expect(said.length).toBeGreaterThan(1);
    expect(said.length).toBeLessThanOrEqual(4);
  });
});
