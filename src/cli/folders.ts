// The user's folders, seen from this process.
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { userPaths } from '../store/paths.ts';
import type { UserPaths } from '../store/paths.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A user without a name in the system's list (a container's) has a number still. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}

export const pathsOf = (env: Env): UserPaths =>
  userPaths({
    env,
    platform: process.platform,
    homeFolder: homedir(),
    temporaryFolder: tmpdir(),
    currentFolder: process.cwd(),
    userName: userName(),
  });

/** Sockets and registrations of running sessions. */
export const runtimeFolder = (env: Env): string => pathsOf(env).runtimeFolder;

/** For sockets whose own folder has too long a path. */
export const shortFolder = (): string => join(tmpdir(), `laserbelt-${process.getuid?.() ?? userName()}`);
