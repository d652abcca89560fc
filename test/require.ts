/**
 * For `describe.skipIf(requireOrSkip('chromium', present))`: whether to skip tests of something that this
 * computer lacks. Throws, and so fails the test file, where the environment variable HVBENCH_REQUIRE (names
 * separated by commas) says that it must be there: a test that silently skips everywhere tests nothing.
 */
export function requireOrSkip(name: string, present: boolean): boolean {
  if (present) return false;
  const required = (process.env.HVBENCH_REQUIRE ?? '').split(',').map((part) => part.trim());
  if (required.includes(name)) throw new Error(`HVBENCH_REQUIRE asks for ${name}, which is not here`);
  return true;
}
