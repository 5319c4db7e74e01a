#!/usr/bin/env node
// The commands are TypeScript, run as it is: there is nothing to build, and nothing that could be out of date.
import { createRequire } from 'node:module';
import 'tsx';

createRequire(import.meta.url)('./start.ts');
