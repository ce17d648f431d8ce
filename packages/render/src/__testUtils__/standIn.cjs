#!/usr/bin/env node
// Plays gcloud, kubectl, flux, … by the name that it is called with: writes down each call, and answers the first
// line of the script (ANSWERS) that the call matches; nothing, with success, where none does.
const { appendFileSync, readFileSync } = require('node:fs');
const { basename } = require('node:path');

const [, path, ...args] = process.argv;
const program = basename(path);
appendFileSync(process.env.CALLS, `${JSON.stringify([program, ...args])}\n`);
const line = [program, ...args].join(' ');
const answer = JSON.parse(readFileSync(process.env.ANSWERS, 'utf8')).find(
  ({ call }) => new RegExp(call).test(line),
);
process.stdout.write(answer?.out ?? '');
process.stderr.write(answer?.err ?? '');
process.exitCode = answer?.err ? 1 : 0;
