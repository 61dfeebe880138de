// Ticks: frames in, whole reports out, each newer than the one before. An incomplete or late tick is a missing tick.
import {
  createTickAssembler,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
} from '../../protocol/codec.ts';
import { FRAME, type Tick } from '../../protocol/messages.ts';

export interface TickReader {
  /** A complete tick with this frame, undefined when none, or `bad` for content that makes no sense. */
  take(type: number, bytes: Uint8Array, at: number, length: number): Tick | 'bad' | undefined;
}

/** `zoneCount` as the features say it: 1 to ZONE_MAX_COUNT. */
export function createTickReader(zoneCount: number): TickReader {
  const assembler = createTickAssembler(zoneCount);
  // Ticks grow for the life of the belt, so a smaller number is an old tick that was held up somewhere: it must not
  // renew a lease or confirm anything.
  let newest = -1;

  const newer = (tick: Tick | undefined): Tick | undefined => {
    if (tick === undefined || !(tick.tick > newest)) return undefined;
    newest = tick.tick;
    return tick;
  };

  return {
    take(type, bytes, at, length) {
      switch (type) {
        case FRAME.tickState: {
          const part = decodeTickState(bytes, at, length);
          return part.ok ? newer(assembler.state(part.value)) : 'bad';
        }
        case FRAME.tickDetail: {
          const part = decodeTickDetail(bytes, at, length);
          return part.ok ? newer(assembler.detail(part.value)) : 'bad';
        }
        case FRAME.tickZone: {
          const part = decodeTickZone(bytes, at, length);
          return part.ok && part.value.zone.zone < zoneCount ? newer(assembler.zone(part.value)) : 'bad';
        }
        default:
          return 'bad';
      }
    },
  };
}
