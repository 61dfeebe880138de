// Demonstration only: a raw peripheral with one characteristic of each kind.
import bleno from '@stoprocent/bleno';
const say = (...words) => console.log(performance.now().toFixed(0), ...words);
const characteristic = (slot, properties, more) =>
  new bleno.Characteristic({ uuid: `d24f${slot}8ac14e0bb6937a5b1e90c364`, properties, ...more });
let notify, indicate;
const service = new bleno.PrimaryService({
  uuid: 'd24f00018ac14e0bb6937a5b1e90c364',
  characteristics: [
    characteristic('0002', ['read'], { onReadRequest: (...a) => a.at(-1)(0, Buffer.from('feature')) }),
    characteristic('0003', ['write', 'indicate'], {
      onSubscribe: (...a) => { indicate = a.at(-1); },
      onWriteRequest: (...a) => { say('written', a.map(String).join('|')); a.at(-1)(0); indicate?.(Buffer.from('done')); },
    }),
    characteristic('0006', ['notify'], { onSubscribe: (...a) => { notify = a.at(-1); } }),
  ],
});
setInterval(() => notify?.(Buffer.from(String(performance.now() | 0))), 250);
bleno.on('stateChange', (state) => {
  say('state', state);
  if (state === 'poweredOn') bleno.startAdvertising('demo', ['d24f00018ac14e0bb6937a5b1e90c364']);
});
bleno.on('advertisingStart', (error) => { say('advertising', error ?? ''); if (!error) bleno.setServices([service], (e) => say('services', e ?? '')); });
bleno.on('accept', (a) => say('accept', a));
bleno.on('disconnect', (a) => { say('disconnect', a); notify = indicate = undefined; });
