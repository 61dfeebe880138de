// Puts the virtual controllers in the place of both native HCI sockets, before noble and bleno load. Nothing native is
// touched, so these tests run wherever the packages lie, built or not.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { VirtualAir, type Controller } from './virtual-controller.ts';

const require = createRequire(import.meta.url);

const NOBLE_SOCKET = '@abandonware/bluetooth-hci-socket';
const BLENO_SOCKET = '@stoprocent/bluetooth-hci-socket';

/** The class that both `bluetooth-hci-socket` packages are replaced by. The device id chooses the controller. */
function createSocketClass(air: VirtualAir): new () => EventEmitter {
  return class VirtualHciSocket extends EventEmitter {
    private controller: Controller | undefined;
    bindRaw(deviceId?: number): number {
      this.controller = air.controller(deviceId ?? 0);
      this.controller.attach(this);
      return this.controller.deviceId;
    }
    bindUser(deviceId?: number): number {
      return this.bindRaw(deviceId);
    }
    bindControl(): void {
      // The kernel's management channel: bleno opens one for each link and never uses it here.
    }
    isDevUp(): boolean {
      return this.controller?.isPowered ?? false;
    }
    setFilter(): void {
      // Filters belong to the kernel's socket.
    }
    start(): void {
      // Nothing to be started.
    }
    stop(): void {
      this.controller?.detach(this);
    }
    write(packet: Buffer): void {
      this.controller?.fromHost(Buffer.from(packet));
    }
  };
}

/** Replaces what `require(name)` gives from `owner`'s place in the tree. */
function replaceModule(owner: string, name: string, exports: unknown): void {
  const filename = createRequire(require.resolve(owner)).resolve(name);
  const fake = { id: filename, filename, path: '', loaded: true, exports, children: [], paths: [] };
  require.cache[filename] = fake as unknown as NodeJS.Module;
}

/** One air per process: both stacks keep the class that they first loaded. */
export function installVirtualRadio(): VirtualAir {
  const air = new VirtualAir();
  const socket = createSocketClass(air);
  replaceModule('@abandonware/noble/with-custom-binding', NOBLE_SOCKET, socket);
  replaceModule(
    '@stoprocent/bleno/lib/resolve-bindings',
    BLENO_SOCKET,
    Object.assign(socket, { loadDriver: () => socket }),
  );
  return air;
}

/** A fresh noble on a controller of its own. */
export const loadNobleOn = (deviceId: number) => (): Promise<unknown> =>
  Promise.resolve(require('@abandonware/noble/with-custom-binding')({ deviceId }));

/** A fresh bleno on a controller of its own. */
export const loadBlenoOn = (deviceId: number) => (): Promise<unknown> =>
  Promise.resolve(require('@stoprocent/bleno/lib/resolve-bindings')('hci', { deviceId }));
