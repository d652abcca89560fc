/** What of guest memory a machine maps: the image and the arenas, not the gap between them. */
import { IDENTITY_END, IMAGE_END, LARGE_ARENA, LARGE_ARENA_SIZE, SMALL_ARENA } from '../../guest/layout.ts';
import type { VmOptions } from './vm.ts';

/** `large`: whether the arena of 2 MiB pages is there too. */
export function addressSpace(large: boolean): Pick<VmOptions, 'memoryBytes' | 'ranges'> {
  const largeEnd = LARGE_ARENA + LARGE_ARENA_SIZE;
  return {
    memoryBytes: large ? largeEnd : IDENTITY_END,
    ranges: [
      { start: 0, end: IMAGE_END, pages: '4k' },
      { start: SMALL_ARENA, end: IDENTITY_END, pages: '4k' },
      ...(large ? [{ start: LARGE_ARENA, end: largeEnd, pages: '2m' as const }] : []),
    ],
  };
}
