// Demonstration only: scan, connect, discover, read, write, notify, indicate.
const say = (...words) => console.log(performance.now().toFixed(0), ...words);
say('start');
const { default: noble } = await import('@abandonware/noble');
say('noble loaded');
noble.on('warning', (w) => say('warning', w));
noble.on('stateChange', (state) => {
  say('state', state);
  if (state !== 'poweredOn') return;
  noble._bindings._hci.readLeBufferSize();
  noble.startScanning(['d24f00018ac14e0bb6937a5b1e90c364'], false);
});
noble.on('discover', async (p) => {
  say('discover', p.id, p.advertisement.localName, p.connectable);
  await noble.stopScanningAsync();
  say('scan stopped');
  await p.connectAsync({ minInterval: 12, maxInterval: 24, latency: 0, timeout: 100 });
  say('connected');
  const { characteristics } = await p.discoverSomeServicesAndCharacteristicsAsync(['d24f00018ac14e0bb6937a5b1e90c364'], []);
  say('discovered', characteristics.map((c) => c.uuid.slice(4, 8) + ':' + c.properties).join(' '));
  const of = (slot) => characteristics.find((c) => c.uuid.slice(4, 8) === slot);
  say('read', String(await of('0002').readAsync()));
  let last;
  of('0006').on('data', (d) => { const now = performance.now(); say('tick', String(d), last ? (now - last).toFixed(1) : ''); last = now; });
  of('0003').on('data', (d) => say('indication', String(d)));
  await of('0006').subscribeAsync();
  await of('0003').subscribeAsync();
  say('subscribed');
  await of('0003').writeAsync(Buffer.from('hello'), false);
  say('written');
  let worst = 0, before = performance.now();
  const t = setInterval(() => { const n = performance.now(); worst = Math.max(worst, n - before); before = n; }, 20);
  await new Promise((r) => setTimeout(r, 6000));
  say('worst gap of a 20 ms timer', worst.toFixed(1));
  clearInterval(t);
  await p.disconnectAsync();
  say('disconnected');
  process.exit(0);
});
