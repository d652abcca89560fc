import { defineConfig } from 'hvbench';
import { toy } from './index.ts';

export default defineConfig({ plugins: [toy] });
