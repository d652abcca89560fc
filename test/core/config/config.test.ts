import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Config,
  checkConfig,
  configSchema,
  defineConfig,
  loadConfig,
} from '../../../core/config/config.ts';
import { UserError } from '../../../core/errors.ts';
import { fakeRoot } from '../host/fake-root.ts';

/** The error of loading a file with this text; asserts that it is one line for people. */
async function refusal(name: string, text: string): Promise<string> {
  const folder = await fakeRoot({ [name]: text });
  const error = await loadConfig(name, folder).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  expect(message.startsWith(`config ${join(folder, name)}`)).toBe(true);
  return message.slice(`config ${join(folder, name)}`.length);
}

describe('loadConfig', () => {
  it("reads bench.config.ts with types and an import of 'hvbench', outside this package", async () => {
    const folder = await fakeRoot({
      'bench.config.ts': `
        import { type Config, defineConfig } from 'hvbench';
        import { seed } from './seed.ts';
        const suites: string[] = ['cpu'];
        const config: Config = defineConfig({ suites, seed, profile: 'quick' as const, budget: 12.5 });
        export default config satisfies Config;
      `,
      'seed.ts': 'export const seed: number = 7;\n',
    });
    expect(await loadConfig(undefined, folder)).toEqual({
      suites: ['cpu'],
      seed: 7,
      profile: 'quick',
      budget: 12.5,
    });
  });

  it.each([
    ['bench.config.mts', 'export default { seed: 1 as number };'],
    ['bench.config.js', 'export default { seed: 1 };'],
    ['bench.config.mjs', 'export default { seed: 1 };'],
    ['bench.config.json', '{ "seed": 1 }'],
  ])('finds %s by itself', async (name, text) => {
    expect(await loadConfig(undefined, await fakeRoot({ [name]: text }))).toEqual({ seed: 1 });
  });

  it('is empty where there is no file, and takes the one that is named before those of the usual names', async () => {
    expect(await loadConfig(undefined, await fakeRoot({}))).toEqual({});
    const folder = await fakeRoot({
      'bench.config.ts': 'export default { seed: 1 };',
      'other/mine.ts': 'export default { seed: 2 };',
    });
    expect(await loadConfig('other/mine.ts', folder)).toEqual({ seed: 2 });
    expect(await loadConfig(join(folder, 'other/mine.ts'))).toEqual({ seed: 2 });
  });

  it('reads a file again that has changed since', async () => {
    const first = await fakeRoot({
      'bench.config.ts':
        'export default { seed: globalThis.hvbenchSeed = 1 + (globalThis.hvbenchSeed ?? 0) };',
    });
    expect(await loadConfig(undefined, first)).toEqual({ seed: 1 });
    expect(await loadConfig(undefined, first)).toEqual({ seed: 2 });
  });

  it('does not pass over a link that leads nowhere', async () => {
    const folder = await fakeRoot({});
    await symlink('nowhere', join(folder, 'bench.config.ts'));
    await expect(loadConfig(undefined, folder)).rejects.toThrow(/bench\.config\.ts: no such file$/);
  });

  it('says that it could not look, and why', async () => {
    const folder = `/${'long'.repeat(2000)}`;
    const looked = await loadConfig(undefined, folder).catch((reason: unknown) => reason);
    expect(looked).toBeInstanceOf(UserError);
    expect((looked as UserError).message).toBe(
      `cannot look for a configuration in ${folder}: ENAMETOOLONG; change to another folder, or name one with --config`,
    );
  });

  it('refuses a file that is not there', async () => {
    const error = await loadConfig('nowhere.ts', await fakeRoot({})).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe('config nowhere.ts: no such file');
  });

  it.each([
    ['an unknown key', 'c.ts', 'export default { suite: ["cpu"] };', /Unrecognized key: "suite"/],
    [
      'an unknown profile',
      'c.ts',
      'export default { profile: "slow" };',
      /at profile: .*"quick"\|"standard"\|"thorough"/,
    ],
    ['an unknown ISA', 'c.ts', 'export default { isas: ["arm64"] };', /at isas\.0: .*"x86_64"\|"i386"/],
    ['a wrong type', 'c.ts', 'export default { seed: "7" };', /at seed: .*expected number/],
    ['a seed below zero', 'c.ts', 'export default { seed: -1 };', /at seed: /],
    ['a budget of nothing', 'c.ts', 'export default { budget: 0 };', /at budget: /],
    ['no suite at all', 'c.ts', 'export default { suites: [] };', /at suites: /],
    [
      'a claim without a band',
      'c.ts',
      'export default { claims: [{ id: "x", statement: "X.", hypervisors: ["kvm"], band: {} }] };',
      /at claims\.0\.band: give low, high or both/,
    ],
    [
      'a claim whose band is upside down',
      'c.ts',
      'export default { claims: [{ id: "x", statement: "X.", hypervisors: ["kvm"], band: { low: 2, high: 1 } }] };',
      /at claims\.0\.band: low is above high/,
    ],
    ['half a precision', 'c.ts', 'export default { precision: { direct: 1 } };', /at precision/],
    ['a function', 'c.ts', 'export default () => 1;', /expected object, received function/],
    ['a promise of something wrong', 'c.ts', 'export default Promise.resolve({ suits: [] });', /"suits"/],
    ['an object of another kind', 'c.ts', 'export default new Map([["seed", 1]]);', /not a configuration/],
    [
      'no default export',
      'c.ts',
      "import { defineConfig } from 'hvbench'; defineConfig({});",
      /it has no default export/,
    ],
    ['a syntax error', 'c.ts', 'export default {', /ParseError/],
    ['a missing import', 'c.ts', "import './gone.ts'; export default {};", /gone\.ts/],
    ['an error of its own', 'c.ts', 'throw new Error("first\\nsecond");', /: first$/],
    ['something thrown that is no error', 'c.ts', 'throw null;', /: null$/],
    ['broken JSON', 'c.json', '{ "seed": ', /JSON/],
  ])('refuses %s in one line', async (_, name, text, message) => {
    expect(await refusal(name, text)).toMatch(message);
  });
});

describe('checkConfig', () => {
  it('takes everything that can be configured', () => {
    const all: Required<Config> = {
      plugins: [{ name: 'toy', reports: [{ name: 'none', write: async () => [] }] }],
      suites: ['cpu'],
      workloads: ['integer'],
      claims: [{ id: 'mine', statement: 'Mine.', hypervisors: ['kvm'], band: { high: 5 } }],
      hypervisors: ['kvm'],
      variants: {
        old: {
          hypervisor: 'qemu-tcg',
          program: '/opt/qemu',
          args: ['-accel', 'tcg,tb-size=64'],
          env: { A: 'b' },
        },
      },
      sshMachines: { metal: 'ssh://root@metal' },
      reference: 'metal',
      isas: ['x86_64', 'i386'],
      profile: 'thorough',
      budget: 60,
      precision: { direct: 1, translated: 5 },
      machines: 64,
      cpu: 3,
      seed: 0xffff_ffff,
      kernels: ['vmlinuz'],
      out: 'somewhere',
      negligible: 2,
      exits: 'emulated',
      gate: { minEffect: 2, alpha: 1, rows: [{ suite: 'memory', hypervisor: 'v86', minEffect: 10 }] },
    };
    expect(Object.keys(all).sort()).toEqual(Object.keys(configSchema.shape).sort());
    expect(checkConfig(all, 'x')).toEqual(all);
  });

  it('says whose it is and where', () => {
    expect(() => checkConfig({ seed: 1.5 }, 'of the command line')).toThrow(
      /^config of the command line at seed: /,
    );
  });
});

it('defineConfig returns what it is given, typed', () => {
  const config = { seed: 3 };
  expect(defineConfig(config)).toBe(config);
  expectTypeOf(defineConfig).parameter(0).toEqualTypeOf<Config>();
});

it('a folder that is gone holds no configuration, and none can be named from it', async () => {
  expect(await loadConfig(undefined, null)).toEqual({});
  await expect(loadConfig('bench.config.ts', null)).rejects.toThrow('the working directory no longer exists');
});
