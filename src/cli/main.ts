#!/usr/bin/env node
/** The program. */
import { run } from "./command.js";
import { processIo } from "./io.js";
import { work } from "./work.js";

process.exitCode = await run(process.argv.slice(2), processIo(), work);
setTimeout(() => process.exit(), 1000).unref(); // should an engine still hold the event loop open, output is out by then
