// What `start` takes, as commander hands it over.

export interface StartOptions {
  readonly belt?: string;
  readonly sim?: boolean;
  readonly speed?: number;
  readonly seed?: number;
  readonly profile?: string;
  readonly fault?: readonly string[];
  readonly keepBook?: boolean;
  readonly person?: string;
  readonly answers?: string;
  readonly yes?: boolean;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly record?: string;
  readonly color: boolean;
}
