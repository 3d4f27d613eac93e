#!/usr/bin/env node
// Takes the blanks off the ends of proofs. Status 0: done; 3: there is no database.
"use strict";
const { execFileSync } = require("child_process");
const { existsSync } = require("fs");

const database = process.env.PRESS_DATABASE;
if (!existsSync(database)) {
  console.error("tidy-proofs: no database");
  process.exitCode = 3;
} else {
  const sql = "UPDATE proofs SET text = rtrim(text) WHERE text LIKE '% '; SELECT changes();";
  process.stdout.write(`${execFileSync("sqlite3", [database, sql]).toString().trim()} untidy proofs\n`);
}
