import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc16, toHex } from '../../protocol/bytes.ts';
import { decodeLease } from '../../protocol/codec.ts';
import { decodeAnswer, decodeCommand, decodeRecord } from '../../protocol/documents.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { CHARACTERISTICS, GATT, SERVICE_UUID } from '../../protocol/gatt.ts';
import { HANDSHAKE, REFUSAL } from '../../protocol/handshake-messages.ts';
import * as messages from '../../protocol/messages.ts';
import { createReassembler } from '../../protocol/segments.ts';
import { bytesOf } from './examples.ts';
import { pairingEnds, run, sessionEnds } from './handshake-rig.ts';
import { workedSession } from './worked-session.ts';

const README = readFileSync(new URL('../../protocol/README.md', import.meta.url), 'utf8');

/** The text of a fenced block by its info word. */
function block(word: string): string {
  const found = new RegExp(`^\`\`\`${word}\\n([\\s\\S]*?)\\n\`\`\`$`, 'm').exec(README);
  if (found?.[1] === undefined) throw new Error(`the specification has no block "${word}"`);
  return found[1];
}

const TABLES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  frame: messages.FRAME,
  op: messages.OP,
  answer: messages.ANSWER,
  beltState: messages.BELT_STATE,
  cause: messages.CAUSE,
  eventKind: messages.EVENT_KIND,
  recordKind: messages.RECORD_KIND,
  consent: messages.CONSENT,
  recordOp: messages.RECORD_OP,
  recordCode: messages.RECORD_CODE,
  handshake: HANDSHAKE,
  refusal: REFUSAL,
};

describe('the specification', () => {
  it('lists every code as the codec has it', () => {
    const listed = Object.fromEntries(
      block('codes')
        .split('\n')
        .map((line) => {
          const [name = '', codes = ''] = line.split(': ');
          const pairs = codes.split(', ').map((pair) => pair.split(' '));
          return [
            name,
            Object.fromEntries(pairs.map(([word = '', hex = '']) => [word, Number.parseInt(hex, 16)])),
          ];
        }),
    );
    expect(listed).toEqual(TABLES);
  });

  it('lists every characteristic with its slot and properties', () => {
    const words = {
      read: 'read',
      write: 'write',
      writeWithoutResponse: 'write without response',
      notify: 'notify',
      indicate: 'indicate',
    };
    const rows = [...README.matchAll(/^\| [A-Z][a-z ]+ \| (000[0-9]) \| ([a-z, ]+) \|/gm)].map(
      ([, slot, properties]) => ({ slot, properties }),
    );
    const own = CHARACTERISTICS.filter((name) => GATT[name].serviceUuid === SERVICE_UUID);
    expect(rows).toEqual(
      own.map((name) => ({
        slot: GATT[name].uuid.slice(4, 8),
        properties: GATT[name].properties.map((property) => words[property]).join(', '),
      })),
    );
    expect(SERVICE_UUID).toBe(
      'd24fSSSS-8ac1-4e0b-b693-7a5b1e90c364'.replace('SSSS', '0001').replaceAll('-', ''),
    );
  });
});

describe('the threat model of the specification', () => {
  const rows = [...(README.split('## 13.')[1] ?? '').matchAll(/^\| (?!who \| what|---)(.+) \|$/gm)].map(
    ([, row = '']) => row.split(' | '),
  );

  it('says for each attacker what stops him and what does not, with tests that exist', () => {
    expect(rows.length).toBeGreaterThanOrEqual(12);
    for (const row of rows) {
      expect(row).toHaveLength(5);
      for (const [, path = ''] of (row[4] ?? '').matchAll(/`([^`]+)`/g))
        expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
    }
  });

  it('names tests whose titles exist, at least one in each row', () => {
    for (const row of rows) {
      const named = [...(row[4] ?? '').matchAll(/`([^`]+\.test\.ts)` \*([^*]+)\*/g)];
      expect(named.length, row[0]).toBeGreaterThanOrEqual(1);
      for (const [, path = '', title = ''] of named) {
        const source = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
        const titles = source.split('\n').filter((line) => /['"`]/.test(line) && !/^\s*\/\//.test(line));
        expect(
          titles.some((line) => line.includes(title)),
          `${path}: ${title}`,
        ).toBe(true);
      }
    }
  });

  it('says of those that nothing stops them who are, to the belt, its person or its maker', () => {
    const unstopped = rows.filter((row) => /\*\*/.test(row[3] ?? ''));
    expect(unstopped).toEqual(rows.slice(-3));
  });
});

describe('the exchange of the specification', () => {
  it('gives the length of every message as the codec makes it', () => {
    const lengths = (ending: { readonly messages: readonly Uint8Array[] }): (number | undefined)[] =>
      ending.messages.map((message) => message.length);
    const listed = new Map(
      [...README.matchAll(/^\| ([A-Za-z, ]+) \| (\d+) \| .*\|$/gm)].flatMap(([, names = '', bytes]) =>
        names.split(', ').map((name) => [name, Number(bytes)] as const),
      ),
    );
    const of = (names: readonly string[]): (number | undefined)[] => names.map((name) => listed.get(name));
    expect(of(['pairHello', 'pairOffer', 'pairProof', 'pairDone'])).toEqual(lengths(run(pairingEnds())));
    expect(of(['sessionHello', 'sessionOffer', 'sessionProof', 'sessionDone'])).toEqual(
      lengths(run(sessionEnds())),
    );
    expect(listed.get('refused')).toBe(2);
  });
});

describe('the worked session of the specification', () => {
  const lines = block('session')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split(/ +/) as [string, string, string]);

  it('is, line by line, what the codec sends', () => {
    expect(block('session').split('\n')).toEqual(workedSession().split('\n'));
  });

  it('is understood by a receiver at each end: right CRCs, counters in order, whole messages', () => {
    const ends = { '>': createPlainEnvelope(), '<': createPlainEnvelope() };
    const inSegments = new Set<number>([
      messages.FRAME.command,
      messages.FRAME.answer,
      messages.FRAME.recordData,
    ]);
    const reassemblers = { '>': createReassembler(), '<': createReassembler() };
    const understood: string[] = [];
    for (const [direction, name, hex] of lines) {
      if (name === 'feature' || name === 'stop') continue;
      if (direction !== '>' && direction !== '<') throw new Error(`no direction: ${direction}`);
      expect(crc16(bytesOf(hex))).toBe(0);
      const opened = ends[direction].open(bytesOf(hex));
      if (!opened.ok) throw new Error(`${hex}: ${opened.problem}`);
      expect(opened.sequence).toBe('next');
      if (!inSegments.has(opened.type)) continue;
      const whole = reassemblers[direction].take(opened.bytes, opened.at, opened.length, 0);
      if (whole === undefined) continue;
      if (!whole.ok) throw new Error(`${hex}: ${whole.problem}`);
      if (opened.type === messages.FRAME.command) {
        const command = decodeCommand(whole.value);
        understood.push(command.ok ? `${command.value.op} ${command.value.commandId}` : toHex(whole.value));
      } else if (opened.type === messages.FRAME.answer) {
        const answer = decodeAnswer(whole.value);
        understood.push(answer.ok ? answer.value.code : toHex(whole.value));
      } else {
        const record = decodeRecord(whole.value);
        understood.push(record.ok ? `record ${record.value.number}` : toHex(whole.value));
      }
    }
    expect(understood).toEqual([
      'prepare 1',
      'ok',
      'arm 2',
      'ok',
      'pause 3',
      'ok',
      'resume 4',
      'ok',
      'confirmEvents 5',
      'ok',
      'record 7',
    ]);
  });

  it('lights only after ARM, by leases that name a tick already sent, of the epoch in force', () => {
    const leases = lines
      .filter(([, name]) => name === 'lease')
      .map(([, , hex]) => decodeLease(bytesOf(hex), 2, 9));
    const parts = leases.map((lease) => (lease.ok ? [lease.value.zones, lease.value.epoch] : lease.problem));
    expect(parts).toEqual([
      [0, 1],
      [1, 1],
      [1, 1],
      [1, 2],
    ]);
  });
});
