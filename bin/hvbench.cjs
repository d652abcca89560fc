#!/usr/bin/env node
// The command's door: hvbench itself is built into dist/, of syntax that an older Node.js takes for a mistake.
'use strict';

// biome-ignore lint/style/useNodejsImportProtocol: Node.js 12 knows no `node:`.
const fs = require('fs');
const lack = require('./node-version.cjs');

function refuse(message) {
  process.stderr.write(`hvbench: ${message}\n`);
  process.exit(2);
}

if (lack) refuse(lack);
if (!fs.existsSync(`${__dirname}/../dist/core/cli/main.js`))
  refuse('it is not built: run npm ci --include=dev in its folder');
import('../dist/core/cli/main.js');
